using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;

namespace SpeechQA.Engine.Tests.Inflection;

public class HalfBandTests
{
    [Fact]
    public void Doubling_interpolates_a_tone()
    {
        var input = Tone(1000, 8000, 400);
        var output = new float[800];
        new HalfBand().Double(input, output);
        var expected = Tone(1000, 16_000, 800);
        for (var i = 100; i < 700; i++) Assert.Equal(expected[i], output[i], 0.01f);
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(16_000)]
    [InlineData(48_000)]
    public void Every_rate_gives_the_same_tone_at_8_kHz_in_place(int rate)
    {
        var pcm = Tone(1000, rate, rate / 4).Select(s => (short)(s * 16_384)).ToArray();
        var narrowband = new Narrowband(rate);
        var output = new List<float>();
        Take(narrowband, [.. GoldenFiles.Wideband(pcm, rate)], output);
        var expected = Tone(1000, 8000, 2000);
        Assert.InRange(output.Count, 1980, 2000);
        for (var i = 100; i < 1900; i++) Assert.Equal(expected[i] / 2, output[i], 0.01f);
    }

    [Fact]
    public void A_tone_above_4_kHz_does_not_fold_back()
    {
        var narrowband = new Narrowband(AudioTime.Rate);
        var output = new List<float>();
        Take(narrowband, Tone(6000, AudioTime.Rate, 4000), output);
        Assert.All(output.Skip(40), s => Assert.InRange(s, -0.01f, 0.01f));
    }

    /// <summary>In blocks of several sizes, into little room.</summary>
    private static void Take(Narrowband narrowband, ReadOnlySpan<float> samples, List<float> output)
    {
        Span<float> room = stackalloc float[100];
        for (var block = 1; !samples.IsEmpty; block = block % 300 + 1)
        {
            var count = narrowband.Take(samples[..Math.Min(block, samples.Length)], room, out var taken);
            output.AddRange(room[..count]);
            samples = samples[taken..];
        }
    }

    private static float[] Tone(double hertz, int rate, int samples) =>
        [.. Enumerable.Range(0, samples).Select(i => (float)Math.Sin(2 * Math.PI * hertz * i / rate))];
}
