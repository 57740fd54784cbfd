using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Tests.Inflection;

public class WindowMelTests
{
    private const int Window = InflectionAudio.WindowSamples, Hop = InflectionAudio.HopSamples;

    private readonly HalfBand _halfBand = new();
    private readonly LogMel _logMel = new();
    private readonly float[] _wide = new float[2 * Window];

    [Fact]
    public void A_window_after_others_has_the_bits_of_one_alone()
    {
        var random = new Random(1);
        float[] speech = [.. Enumerable.Range(0, Window + 40 * Hop).Select(i => (float)(random.NextDouble() - 0.5) * (i / Hop % 3))];
        var kept = new WindowMel();
        var at = 0;
        // Those in between are not heard: none, some, more than a whole window.
        foreach (var hop in (int[])[0, 1, 2, 4, 9, 14, 20, 27, 28, 40])
        {
            for (; at < hop; at++) kept.Move();
            var window = speech.AsSpan(hop * Hop, Window);
            var alone = new WindowMel().Next(window, _halfBand, _logMel, _wide).ToArray();
            Assert.Equal(alone, kept.Next(window, _halfBand, _logMel, _wide).ToArray());
        }
    }
}
