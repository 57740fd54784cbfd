using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper.Encoder;

public class RecentMelTests
{
    private const int Tail = AudioTime.Rate / 2;

    private readonly LogMel _logMel = new();

    private static float[] Noise(int seed, int samples)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, samples).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private float[] Grown(RecentMel recent, ReadOnlySpan<float> speech)
    {
        var frames = recent.Take(speech);
        var raw = frames.Grow(speech, WindowOf(speech), _logMel).ToArray();
        recent.Give(frames);
        return raw;
    }

    private float[] Alone(ReadOnlySpan<float> speech) => new RecentMel.Frames().Grow(speech, WindowOf(speech), _logMel).ToArray();

    private static int WindowOf(ReadOnlySpan<float> speech) => (speech.Length + Tail + LogMel.Hop - 1) / LogMel.Hop * LogMel.Hop;

    [Fact]
    public void An_utterance_that_goes_on_has_the_bits_of_one_alone()
    {
        var recent = new RecentMel();
        var speech = Noise(1, 60_000);
        foreach (var length in (int[])[300, 700, 801, 5_000, 12_345, 12_345, 12_346, 40_000, 59_999])
            Assert.Equal(Alone(speech.AsSpan(0, length)), Grown(recent, speech.AsSpan(0, length)));
    }

    [Fact]
    public void Utterances_of_many_calls_do_not_mix()
    {
        var recent = new RecentMel();
        var speeches = Enumerable.Range(0, RecentMel.Kept + 5).Select(seed => Noise(seed, 9_000)).ToList();
        // One begins as another does and goes on otherwise.
        speeches.Add([.. speeches[^1][..4_000], .. Noise(99, 5_000)]);
        for (var length = 3_000; length <= 9_000; length += 2_000)
            foreach (var speech in speeches) Assert.Equal(Alone(speech.AsSpan(0, length)), Grown(recent, speech.AsSpan(0, length)));
    }

    [Fact]
    public void Shorter_audio_after_longer_is_another()
    {
        var recent = new RecentMel();
        var speech = Noise(2, 20_000);
        foreach (var length in (int[])[20_000, 8_000, 12_000, 20_000])
            Assert.Equal(Alone(speech.AsSpan(0, length)), Grown(recent, speech.AsSpan(0, length)));
    }

    [Fact]
    public void What_is_in_use_is_not_given_twice()
    {
        var recent = new RecentMel();
        var speech = Noise(3, 8_000);
        Grown(recent, speech.AsSpan(0, 4_000));
        var first = recent.Take(speech);
        Assert.NotSame(first, recent.Take(speech));
    }
}
