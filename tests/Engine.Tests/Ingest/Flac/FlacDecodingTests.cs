using FsCheck.Xunit;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Flac;
using SpeechQA.Engine.Ingest.Input;

namespace SpeechQA.Engine.Tests.Ingest.Flac;

public class FlacDecodingTests
{
    private static async Task<(short[] Samples, string? Warning)> DecodeAsync(byte[] bytes)
    {
        await using var recording = await FlacRecording.OpenAsync(new InputBytes(new MemoryStream(bytes), "test.flac"));
        var samples = await recording.ReadAllAsync();
        return (samples, recording.Warnings.Count == 0 ? null : string.Join(" | ", recording.Warnings.Select(w => w.Cause)));
    }

    private static int[] Noise(Random random, int length, int bits) =>
        [.. Enumerable.Range(0, length).Select(_ => random.Next(-1 << (bits - 1), 1 << (bits - 1)))];

    [Theory]
    [InlineData(0, 0, false, false)]
    [InlineData(1, 3, false, true)]
    [InlineData(2, 1, true, false)]
    [InlineData(3, 4, true, true)]
    [InlineData(4, 2, false, true)]
    public async Task FixedPredictorsAndResidualForms(int order, int partitionOrder, bool wide, bool escaped)
    {
        var samples = Noise(new Random(order), 160, 16);
        samples.AsSpan(40, 30).Clear();
        var flac = new FlacWriter(8_000, 1, 16, 160, 160);
        flac.Frame(160, FlacStereo.Independent, 0, bits => bits.Fixed(samples, 16, order, partitionOrder, wide, escaped));
        var (decoded, warning) = await DecodeAsync(flac.ToArray());
        Assert.Equal(samples.Select(x => (short)x), decoded);
        Assert.Null(warning);
    }

    [Theory]
    [InlineData("Independent", 16)]
    [InlineData("LeftSide", 16)]
    [InlineData("SideRight", 16)]
    [InlineData("MidSide", 16)]
    [InlineData("MidSide", 24)]
    public async Task StereoForms(string form, int depth)
    {
        var stereo = Enum.Parse<FlacStereo>(form);
        var left = Noise(new Random(1), 64, depth);
        var right = Noise(new Random(2), 64, depth);
        int[] side = [.. left.Zip(right, (l, r) => l - r)], middle = [.. left.Zip(right, (l, r) => l + r >> 1)];
        var (first, second) = stereo switch
        {
            FlacStereo.LeftSide => (left, side),
            FlacStereo.SideRight => (side, right),
            FlacStereo.MidSide => (middle, side),
            _ => (left, right),
        };
        var flac = new FlacWriter(8_000, 2, depth, 64, 64);
        flac.Frame(64, stereo, 0, bits => bits.Verbatim(first, first == side ? depth + 1 : depth),
            bits => bits.Verbatim(second, second == side ? depth + 1 : depth));
        var (decoded, _) = await DecodeAsync(flac.ToArray());
        Assert.Equal(left.Zip(right).SelectMany(pair => new[] { Short(pair.First), Short(pair.Second) }), decoded);

        short Short(int x) => depth == 16 ? (short)x : (short)Math.Min((int)Math.Floor(x / 256.0 + 0.5), short.MaxValue);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(20)]
    [InlineData(24)]
    public async Task EverySizeOfSampleBecomesSixteenBits(int depth)
    {
        int[] samples = [(1 << (depth - 1)) - 1, -1 << (depth - 1), 0, .. Noise(new Random(depth), 29, depth)];
        var flac = new FlacWriter(48_000, 1, depth, 32, 0);
        flac.Frame(32, FlacStereo.Independent, 0, bits => bits.Verbatim(samples, depth));
        var (decoded, warning) = await DecodeAsync(flac.ToArray());
        var scale = Math.Pow(2, 16 - depth);
        Assert.Equal(samples.Select(x => (short)Math.Min(Math.Floor(x * scale + 0.5), short.MaxValue)), decoded);
        Assert.Null(warning);
    }

    [Fact]
    public async Task BlocksOfChangingLengthConstantsWastedBitsAndLongNumbers()
    {
        var noise = Noise(new Random(5), 50, 13).Select(x => x << 3).ToArray();
        var flac = new FlacWriter(8_000, 1, 16, 400, 0);
        flac.Frame(50, FlacStereo.Independent, 100, bits => bits.Verbatim(noise, 16, wasted: 3));
        flac.Frame(400, FlacStereo.Independent, 1_000, bits => bits.Constant(-7, 16));
        flac.Frame(1, FlacStereo.Independent, 50_000, bits => bits.Constant(9, 16));
        flac.Frame(50, FlacStereo.Independent, 2_000_000_000, bits => bits.Fixed(noise, 16, 1, 1, false, false));
        var (decoded, warning) = await DecodeAsync(flac.ToArray());
        Assert.Equal([.. noise, .. Enumerable.Repeat(-7, 400), 9, .. noise], decoded.Select(x => (int)x));
        Assert.Null(warning);
    }

    [Fact]
    public async Task StopsAtADamagedFrameAndSaysSo()
    {
        var bytes = File.ReadAllBytes(RepositoryFiles.Asset("flac/call.flac"));
        bytes[^1_000] ^= 0x10;
        var (decoded, warning) = await DecodeAsync(bytes);
        Assert.Equal(4_096 * 2, decoded.Length);
        Assert.Contains("after 0.5 s (wrong frame checksum)", warning);
    }

    [Fact]
    public async Task AnalysesACutFileAsFarAsItGoes()
    {
        var bytes = File.ReadAllBytes(RepositoryFiles.Asset("flac/call.flac"));
        var (decoded, warning) = await DecodeAsync(bytes[..^500]);
        Assert.Equal(4_096 * 2, decoded.Length);
        Assert.Contains("ends within a frame", warning);

        var flac = new FlacWriter(8_000, 1, 16, 800, 8_000);
        flac.Frame(800, FlacStereo.Independent, 0, bits => bits.Constant(1, 16));
        (_, warning) = await DecodeAsync(flac.ToArray());
        Assert.Equal("cut short: 0.1 s of 1.0 s are there", warning);
    }

    [Fact]
    public async Task IgnoresTagsAfterTheEnd()
    {
        byte[] bytes = [.. File.ReadAllBytes(RepositoryFiles.Asset("flac/call.flac")), .. "TAG and more"u8];
        var (decoded, warning) = await DecodeAsync(bytes);
        Assert.Equal(12_000, decoded.Length);
        Assert.Null(warning);
    }

    [Fact]
    public async Task RefusesWhatItCannotUse()
    {
        await RefusedAsync("not a FLAC file", []);
        await RefusedAsync("not a FLAC file", "fLaX and so on"u8.ToArray());
        await RefusedAsync("ends within its header", "fLaC"u8.ToArray());
        await RefusedAsync("ends within its header", new FlacWriter(8_000, 1, 16, 64, 0).ToArray()[..^3]);
        await RefusedAsync("damaged FLAC header", [.. "fLaC"u8, 4, 0, 0, 0]);
        await RefusedAsync("3 channels", new FlacWriter(8_000, 3, 16, 64, 0).ToArray());
        await RefusedAsync("4000 Hz", new FlacWriter(4_000, 1, 16, 64, 0).ToArray());
        await RefusedAsync("96000 Hz", new FlacWriter(96_000, 1, 16, 64, 0).ToArray());
        await RefusedAsync("32 bits", new FlacWriter(8_000, 1, 32, 64, 0).ToArray());
        await RefusedAsync("damaged FLAC header", new FlacWriter(8_000, 1, 16, 4, 0).ToArray());
        await RefusedAsync("no audio in this FLAC file (it ends after its header)", new FlacWriter(8_000, 1, 16, 64, 0).ToArray());
        await RefusedAsync("no frame where one is due", [.. new FlacWriter(8_000, 1, 16, 64, 0).ToArray(), .. new byte[500]]);
        var tooLong = new FlacWriter(8_000, 1, 16, 64, 0);
        tooLong.Frame(65, FlacStereo.Independent, 0, bits => bits.Constant(0, 16));
        await RefusedAsync("block length", tooLong.ToArray());

        static async Task RefusedAsync(string cause, byte[] bytes)
        {
            var error = await Assert.ThrowsAsync<BadInputException>(() => DecodeAsync(bytes));
            Assert.StartsWith("test.flac: ", error.Cause);
            Assert.Contains(cause, error.Cause);
        }
    }

    /// <summary>Whatever the bytes, it ends, gives no more than the frames can hold, and throws nothing of its own.</summary>
    [Property(MaxTest = 300)]
    public async Task SurvivesMutations(int[] places, byte[] values, ushort cut)
    {
        var bytes = File.ReadAllBytes(RepositoryFiles.Asset("flac/mix16.flac"));
        // Half of the mutations hit the headers, where they do most.
        for (var i = 0; i < places.Length && i < values.Length; i++)
            bytes[(int)((uint)places[i] % (i % 2 == 0 ? bytes.Length : 90))] = values[i];
        if (cut % 3 == 0) bytes = bytes[..(cut % bytes.Length)];
        await EndsAsync(bytes);
    }

    /// <summary>With its checksums made right the broken frame reaches the decoder.</summary>
    [Property(MaxTest = 300)]
    public async Task SurvivesNonsenseBehindAGoodHeader(byte[] nonsense, bool stereo)
    {
        var flac = new FlacWriter(8_000, stereo ? 2 : 1, 16, 4_096, 0);
        flac.Frame(4_096, stereo ? FlacStereo.MidSide : FlacStereo.Independent, 0, bits =>
        {
            for (var i = 0; i < 40 * nonsense.Length; i++) bits.Put(nonsense[i % nonsense.Length], 8);
        });
        await EndsAsync(flac.ToArray());
    }

    private static async Task EndsAsync(byte[] bytes)
    {
        try
        {
            var (samples, _) = await DecodeAsync(bytes);
            Assert.True(samples.Length <= 65_535 * 2 * (bytes.Length / 6 + 1));
        }
        catch (BadInputException error)
        {
            Assert.DoesNotContain('\n', error.Message);
        }
    }
}
