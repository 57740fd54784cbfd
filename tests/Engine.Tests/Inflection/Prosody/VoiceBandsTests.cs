using System.Numerics;
using SpeechQA.Engine.Inflection.Prosody;

namespace SpeechQA.Engine.Tests.Inflection.Prosody;

public class VoiceBandsTests
{
    private const int Size = 256;

    [Fact]
    public void Powers_are_those_of_the_transform_by_its_definition()
    {
        var random = new Random(3);
        var bands = new VoiceBands();
        for (var run = 0; run < 5; run++)
        {
            float[] samples = [.. Enumerable.Range(0, Size).Select(_ => (float)(random.NextDouble() - 0.5))];
            var (low, high) = bands.Powers(samples);
            // Bins of 31.25 Hz: 312.5 to 968.75 Hz, 1000 to 3375 Hz.
            Assert.Equal(1, low / Power(samples, 10, 32), 1e-5);
            Assert.Equal(1, high / Power(samples, 32, 109), 1e-5);
        }
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(2000, false)]
    public void A_tone_is_in_its_band_alone(double hertz, bool isLow)
    {
        var (low, high) = new VoiceBands().Powers([.. Enumerable.Range(0, Size)
            .Select(i => (float)Math.Sin(2 * Math.PI * hertz * i / 8_000))]);
        Assert.InRange(isLow ? high / low : low / high, 0, 1e-6);
    }

    private static double Power(float[] samples, int from, int to) => Enumerable.Range(from, to - from).Sum(bin =>
    {
        var sum = Complex.Zero;
        for (var i = 0; i < Size; i++)
        {
            var window = 0.5 - 0.5 * Math.Cos(2 * Math.PI * i / Size);
            sum += samples[i] * window * Complex.FromPolarCoordinates(1, -2 * Math.PI * bin * i / Size);
        }
        return sum.Real * sum.Real + sum.Imaginary * sum.Imaginary;
    });
}
