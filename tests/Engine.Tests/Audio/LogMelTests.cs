using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Tests.Speech.Recognition.Whisper;

namespace SpeechQA.Engine.Tests.Audio;

public sealed class LogMelTests
{
    private static float[] Mel(float[] samples, int total)
    {
        var mel = new LogMel();
        var raw = new float[total / LogMel.Hop * mel.Bands];
        mel.Raw(samples, total, 0, raw);
        var normal = new float[raw.Length];
        mel.Normalise(raw, normal);
        return normal;
    }

    [Fact]
    public async Task Whole_window_agrees_with_the_reference()
    {
        var want = Assets.Floats("whisper/agent-alreadyon.mel.f32");
        var have = Mel(await Assets.ClipAsync("asterisk_en/agent-alreadyon.flac"), want.Length / 80 * LogMel.Hop);
        Assert.Equal(want.Length, have.Length);
        for (var i = 0; i < want.Length; i++) Assert.InRange(have[i] - want[i], -1e-4, 1e-4);
    }

    [Fact]
    public async Task Columns_of_all_golden_utterances_agree_with_the_reference()
    {
        foreach (var golden in GoldenUtterance.All)
        {
            var samples = await Assets.ClipAsync(golden.File);
            for (var i = 0; i < golden.Samples.Values.Length; i++)
                Assert.InRange(samples[golden.Samples.First + i] - golden.Samples.Values[i], -1e-5, 1e-5);
            var mel = Mel(samples, golden.Mel.Frames * LogMel.Hop);
            Assert.InRange(mel.Average() - golden.Mel.Mean, -1e-4, 1e-4);
            foreach (var (frame, column) in golden.Mel.Columns)
                for (var band = 0; band < column.Length; band++)
                    Assert.InRange(mel[band * golden.Mel.Frames + int.Parse(frame)] - column[band], -1e-4, 1e-4);
        }
    }

    [Fact]
    public void Filters_are_those_of_the_model()
    {
        var file = File.ReadAllBytes(Repository.Path("models", "whisper-base", "mel_filters.bin"));
        var want = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(file).ToArray();
        var have = MelFilters.Slaney(80).Dense();
        Assert.Equal(want.Length, have.Length);
        for (var i = 0; i < want.Length; i++) Assert.InRange(have[i] - want[i], -1e-8, 1e-8);
    }

    [Fact]
    public void Frames_made_in_any_pieces_are_the_same_bits()
    {
        var random = new Random(3);
        var samples = Enumerable.Range(0, 16_000).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var mel = new LogMel();
        var whole = new float[400 * mel.Bands];
        mel.Raw(samples, 64_000, 0, whole);
        for (var first = 0; first < 400;)
        {
            var part = new float[Math.Min(random.Next(1, 9), 400 - first) * mel.Bands];
            mel.Raw(samples, 64_000, first, part);
            Assert.Equal(whole.AsSpan(first * mel.Bands, part.Length).ToArray(), part);
            first += part.Length / mel.Bands;
        }
        Assert.All(whole[(110 * mel.Bands)..], v => Assert.Equal(LogMel.Silence, v));
    }

    [Theory]
    [InlineData(320, 0)]        // everything mirrored at both ends
    [InlineData(1600, 1500)]    // zeros at the end, but fewer than the mirror takes
    public void Spectrum_is_that_of_the_plain_sum_at_mirrored_ends(int total, int sounding)
    {
        var random = new Random(5);
        var samples = Enumerable.Range(0, sounding == 0 ? total : sounding).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var mel = new LogMel();
        var raw = new float[total / LogMel.Hop * mel.Bands];
        mel.Raw(samples, total, 0, raw);
        for (var t = 0; t < total / LogMel.Hop; t++)
        {
            var want = Plain(samples, total, t, mel.Bands);
            for (var b = 0; b < mel.Bands; b++) Assert.InRange(raw[t * mel.Bands + b] - want[b], -1e-4, 1e-4);
        }
    }

    private static double[] Plain(float[] samples, int total, int frame, int bands)
    {
        var filters = MelFilters.Slaney(bands).Dense();
        var power = new double[201];
        for (var k = 0; k < power.Length; k++)
        {
            var (re, im) = (0.0, 0.0);
            for (var i = 0; i < 400; i++)
            {
                var at = Math.Abs(frame * 160 - 200 + i);
                if (at >= total) at = 2 * (total - 1) - at;
                var x = (at < samples.Length ? samples[at] : 0) * (0.5 - 0.5 * Math.Cos(2 * Math.PI * i / 400));
                re += x * Math.Cos(2 * Math.PI * k * i / 400);
                im -= x * Math.Sin(2 * Math.PI * k * i / 400);
            }
            power[k] = re * re + im * im;
        }
        return [.. Enumerable.Range(0, bands).Select(b =>
            Math.Log10(Math.Max(1e-10, power.Select((p, k) => p * filters[b * 201 + k]).Sum())))];
    }
}
