using SpeechQA.Engine.Inflection.Prosody;

namespace SpeechQA.Engine.Tests.Inflection.Prosody;

public class YinPitchTests
{
    private const int Integration = 240, ShortestLag = 16, LongestLag = 128;

    /// <summary>Voices of several pitches with noise between -60 dB and as loud as they are.</summary>
    [Theory]
    [InlineData(80, 0.001)]
    [InlineData(120, 0.01)]
    [InlineData(237, 0.1)]
    [InlineData(440, 0.5)]
    [InlineData(150, 1.0)]
    public void Candidates_are_the_deepest_dips_of_the_function_by_its_definition(double hertz, double noise)
    {
        var random = new Random(5);
        float[] samples = [.. Enumerable.Range(0, YinPitch.FrameSamples).Select(i =>
            (float)(0.2 * (Math.Sin(2 * Math.PI * hertz * i / 8_000) + 0.5 * Math.Sin(4 * Math.PI * hertz * i / 8_000) + noise
                * (random.NextDouble() - 0.5)) + 0.01))];
        Span<PitchCandidate> found = new PitchCandidate[YinPitch.MostCandidates];
        new YinPitch().Candidates(samples, found);

        var normalised = Normalised(samples);
        var lags = Enumerable.Range(ShortestLag, LongestLag - ShortestLag)
            .Where(lag => normalised[lag] < 0.7 && normalised[lag] <= normalised[lag - 1] && normalised[lag] < normalised[lag + 1])
            .OrderBy(lag => normalised[lag]).Take(YinPitch.MostCandidates).ToList();
        Assert.Equal(lags.Count, found.ToArray().Count(c => c.Hertz > 0));
        for (var i = 0; i < lags.Count; i++)
        {
            Assert.Equal(lags[i], 8_000 / found[i].Hertz, 1.0);
            Assert.Equal(Math.Log2(found[i].Hertz), found[i].Octaves, 1e-9);
            Assert.InRange(found[i].Cost, normalised[lags[i]] - 0.05, normalised[lags[i]] + 1e-5);
        }
    }

    private static double[] Normalised(float[] samples)
    {
        var normalised = new double[LongestLag + 1];
        var sum = 0.0;
        for (var lag = 1; lag <= LongestLag; lag++)
        {
            var difference = 0.0;
            for (var i = 0; i < Integration; i++) difference += Math.Pow((double)samples[i] - samples[i + lag], 2);
            sum += difference;
            normalised[lag] = difference * lag / sum;
        }
        return normalised;
    }
}
