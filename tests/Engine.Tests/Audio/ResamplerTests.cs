using FsCheck.Xunit;
using SpeechQA.Engine.Audio;

namespace SpeechQA.Engine.Tests.Audio;

public class ResamplerTests
{
    public static TheoryData<int> Rates => [8_000, 8_012, 11_025, 12_000, 15_999, 16_000, 22_050, 22_255, 24_000, 32_000, 44_100, 48_000];

    private static float[] Resample(int rate, ReadOnlySpan<short> input, Func<int>? blockLength = null)
    {
        var resampler = new Resampler(rate);
        var output = new List<float>();
        while (!input.IsEmpty)
        {
            var part = input[..Math.Min(input.Length, blockLength?.Invoke() ?? input.Length)];
            Run(resampler.MostOutputs(part.Length), part);
            input = input[part.Length..];
        }
        Run(resampler.MostOutputs(0), default);
        return [.. output];

        void Run(int most, ReadOnlySpan<short> part)
        {
            var room = new float[most];
            var count = part.IsEmpty ? resampler.Flush(room) : resampler.Process(part, room);
            output.AddRange(room.AsSpan(0, count));
        }
    }

    private static short[] Noise(int length, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (short)random.Next(short.MinValue, short.MaxValue + 1))];
    }

    private static short[] Tone(int rate, double hertz, double seconds, double amplitude = 16_000) =>
        [.. Enumerable.Range(0, (int)(rate * seconds)).Select(i =>
            (short)Math.Round(amplitude * Math.Sin(2 * Math.PI * hertz * i / rate)))];

    /// <summary>
    /// RMS of what differs from the same tone at 16 kHz (amplitude 0: of everything), away from the ends, relative to the tone; dB.
    /// </summary>
    private static double ErrorDb(float[] output, double hertz, double amplitude)
    {
        double sum = 0;
        var inner = output.AsSpan(200..^200);
        for (var k = 0; k < inner.Length; k++)
        {
            var expected = amplitude / 32768 * Math.Sin(2 * Math.PI * hertz * (k + 200) / 16_000);
            sum += Math.Pow(inner[k] - expected, 2);
        }
        return 10 * Math.Log10(sum / inner.Length / Math.Pow(16_000 / 32768.0, 2) * 2);
    }

    [Fact]
    public void EightKilohertzIsTheReferenceUpsampling()
    {
        var input = Noise(3_000);
        var output = Resample(8_000, input);
        var taps = ReferenceTaps();
        for (var i = 0; i < input.Length; i++)
        {
            Assert.Equal(input[i] / 32768f, output[2 * i]);
            double odd = 0;
            for (var m = 0; m < 64; m++)
            {
                var at = i + m - 31;
                if (at >= 0 && at < input.Length) odd += taps[m] * (input[at] / 32768.0);
            }
            Assert.Equal(odd, output[2 * i + 1], 1e-6);
        }
    }

    private static double[] ReferenceTaps()
    {
        double[] taps = [.. Enumerable.Range(0, 64).Select(m => m - 31.5)
            .Select(t => Math.Sin(Math.PI * t) / (Math.PI * t) * Bessel(8 * Math.Sqrt(1 - t / 32 * (t / 32))) / Bessel(8))];
        var sum = taps.Sum();
        return [.. taps.Select(tap => tap / sum)];

        // I0(x) is the mean of exp(x cos a) over a half turn; the trapezium rule is exact to rounding here.
        static double Bessel(double x) => Enumerable.Range(0, 200).Average(i => Math.Exp(x * Math.Cos(Math.PI * (i + 0.5) / 200)));
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void GivesTheCeilingOfTheLength(int rate)
    {
        foreach (var length in new[] { 0, 1, 2, 3, 10, 159, 160, 441, 1023, 1024, 1025, 5_000 })
            Assert.Equal((length * 16_000L + rate - 1) / rate, Resample(rate, Noise(length)).Length);
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void BlocksOfAnySizeGiveTheSameBits(int rate)
    {
        var input = Noise(6_000);
        var whole = Resample(rate, input);
        var random = new Random(7);
        Assert.Equal(whole, Resample(rate, input, () => 1));
        Assert.Equal(whole, Resample(rate, input, () => random.Next(1, 2_500)));
    }

    [Property(MaxTest = 30)]
    public bool AnyRateAndAnyBlocks(ushort rateSeed, int[] blocks)
    {
        var rate = 8_000 + rateSeed % 40_001;
        var input = Noise(1_500);
        var next = 0;
        var chunked = Resample(rate, input, () => blocks.Length == 0 ? 100 : 1 + (int)((uint)blocks[next++ % blocks.Length] % 700));
        return chunked.SequenceEqual(Resample(rate, input));
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void TonesInThePassBandKeepTheirPlaceAndLevel(int rate)
    {
        foreach (var hertz in new[] { 50, 440, 1_000, 3_400, 7_300 })
        {
            if (hertz > rate / 2 - 350) continue;
            var output = Resample(rate, Tone(rate, hertz, 0.4));
            Assert.True(ErrorDb(output, hertz, 16_000) < -65, $"{rate} Hz, {hertz} Hz: {ErrorDb(output, hertz, 16_000):F1} dB");
        }
    }

    [Theory]
    [InlineData(22_050, 8_050)]
    [InlineData(32_000, 8_100)]
    [InlineData(44_100, 8_050)]
    [InlineData(44_100, 15_000)]
    [InlineData(48_000, 8_050)]
    [InlineData(48_000, 9_000)]
    [InlineData(48_000, 20_000)]
    public void TonesAboveEightKilohertzAreGone(int rate, double hertz) =>
        Assert.True(ErrorDb(Resample(rate, Tone(rate, hertz, 0.4)), 0, 0) < -70);

    [Theory]
    [InlineData(8_000)]
    [InlineData(16_000)]
    [InlineData(44_100)]
    public void StartsAfreshAfterFlush(int rate)
    {
        var input = Noise(2_000);
        var expected = Resample(rate, input);
        var resampler = new Resampler(rate);
        var room = new float[resampler.MostOutputs(input.Length)];
        resampler.Process(Noise(777, seed: 9), room);
        resampler.Flush(room);
        var count = resampler.Process(input, room);
        count += resampler.Flush(room.AsSpan(count));
        Assert.Equal(expected, room.AsSpan(0, count).ToArray());
    }

    [Theory]
    [InlineData(8_000)]
    [InlineData(48_000)]
    public void AllocatesNothing(int rate)
    {
        var resampler = new Resampler(rate);
        var input = Noise(rate / 50);
        var room = new float[resampler.MostOutputs(input.Length)];
        resampler.Process(input, room);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) resampler.Process(input, room);
        resampler.Flush(room);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(8_000, 32)]
    [InlineData(16_000, 0)]
    [InlineData(48_000, 192)]
    public void LooksAheadFourMilliseconds(int rate, int samples)
    {
        var resampler = new Resampler(rate);
        Assert.Equal(samples, resampler.LookAhead);
        var room = new float[resampler.MostOutputs(samples + 1)];
        Assert.Equal(0, resampler.Process(Noise(samples), room));
        Assert.True(resampler.Process(Noise(1), room) > 0);
    }
}
