using FsCheck.Xunit;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest;

namespace SpeechQA.Engine.Tests.Ingest.Wav;

public class WavRecordingTests
{
    private static readonly short[] Four = [1, -2, 3, -4];

    private static async Task<(short[] Samples, string? Warning)> ReadAsync(byte[] bytes)
    {
        await using var recording = await Recordings.OpenAsync(new MemoryStream(bytes), "test.wav");
        var samples = await recording.ReadAllAsync();
        return (samples, recording.Warnings.Count == 0 ? null : string.Join(" | ", recording.Warnings.Select(w => w.Cause)));
    }

    private static byte[] Bytes(params float[] samples) => [.. samples.SelectMany(BitConverter.GetBytes)];

    private static byte[] Pcm(params short[] samples) => [.. samples.SelectMany(BitConverter.GetBytes)];

    [Theory]
    [InlineData(8_000, 1)]
    [InlineData(16_000, 2)]
    [InlineData(44_100, 2)]
    [InlineData(48_000, 1)]
    public async Task PlainFiles(int rate, int channels)
    {
        await using var recording = await Recordings.OpenAsync(new MemoryStream(WavWriter.Pcm16(rate, channels, Four)), "test.wav");
        Assert.Equal((rate, channels, 4 / channels), (recording.SampleRate, recording.Channels, recording.Frames));
        Assert.Equal(Four, await recording.ReadAllAsync());
        Assert.Empty(recording.Warnings);
    }

    [Fact]
    public async Task EveryEncoding()
    {
        await SameAsync(1, 8, [0, 128, 255], [-32_768, 0, 32_512]);
        await SameAsync(1, 16, Pcm(Four), Four);
        await SameAsync(1, 24, [0x7F, 0x34, 0x12, 0x80, 0x34, 0x12, 0xFF, 0xFF, 0x7F, 0x80, 0xFF, 0xFF], [0x1234, 0x1235, 32_767, 0]);
        await SameAsync(1, 32, [0, 0x7F, 0x34, 0x12, 0, 0x80, 0x34, 0x12, 0, 0, 0, 0x80], [0x1234, 0x1235, -32_768]);
        await SameAsync(3, 32, Bytes(0, 0.5f, -0.5f, 1, -1, 7, float.NegativeInfinity, float.NaN),
            [0, 16_384, -16_384, 32_767, -32_768, 32_767, -32_768, 0]);
        byte[] codes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];
        await SameAsync(7, 8, codes, [.. codes.Select(G711.DecodeMuLaw)]);
        await SameAsync(6, 8, codes, [.. codes.Select(G711.DecodeALaw)]);

        static async Task SameAsync(int tag, int bits, byte[] data, short[] expected)
        {
            Assert.Equal(expected, (await ReadAsync(new WavWriter().Format(tag, 1, 8_000, bits).Chunk("data", data).ToArray())).Samples);
            Assert.Equal(expected, (await ReadAsync(new WavWriter().Extensible(tag, 1, 8_000, bits).Chunk("data", data).ToArray()))
                .Samples);
        }
    }

    [Fact]
    public async Task OtherChunksBeforeAndAfter()
    {
        var bytes = new WavWriter()
            .Chunk("bext", new byte[601]).Chunk("LIST", [1, 2, 3]).Chunk("fact", new byte[4])
            .Format(1, 1, 8_000, 16, extension: [2, 0, 9, 9]).Chunk("id3 ", new byte[100_001])
            .Chunk("data", Pcm(Four)).Chunk("LIST", new byte[99]).ToArray();
        var (samples, warning) = await ReadAsync(bytes);
        Assert.Equal(Four, samples);
        Assert.Null(warning);
    }

    [Theory]
    [InlineData("RF64")]
    [InlineData("BW64")]
    public async Task WideFiles(string magic)
    {
        var bytes = new WavWriter(magic, uint.MaxValue).Ds64(8).Format(1, 1, 8_000, 16).Chunk("data", Pcm(Four), uint.MaxValue)
            .Chunk("LIST", new byte[10]).ToArray();
        Assert.Equal(Four, (await ReadAsync(bytes)).Samples);

        var cut = new WavWriter(magic, uint.MaxValue).Ds64(8_000_000_000).Format(1, 1, 8_000, 16).Chunk("data", Pcm(Four), uint.MaxValue)
            .ToArray();
        var (samples, warning) = await ReadAsync(cut);
        Assert.Equal(Four, samples);
        Assert.Equal("cut short: 0.0 s of 500000.0 s are there", warning);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0x7FFFF000)]
    [InlineData(0xFFFFFFFF)]
    public async Task UnknownLengthGoesToTheEnd(uint size)
    {
        var bytes = new WavWriter().Format(1, 2, 8_000, 16).Chunk("data", [.. Pcm(Four), 1, 1], size).ToArray();
        await using var recording = await Recordings.OpenAsync(new Trickle(bytes, 3), "standard input");
        Assert.Null(recording.Frames);
        Assert.Equal(Four, await recording.ReadAllAsync());
        Assert.Empty(recording.Warnings);
    }

    [Fact]
    public async Task CutFilesAreReadAsFarAsTheyGo()
    {
        var bytes = WavWriter.Pcm16(8_000, 2, new short[32_000]);
        var (samples, warning) = await ReadAsync(bytes[..^16_001]);
        Assert.Equal(23_998, samples.Length);
        Assert.Equal("cut short: 1.5 s of 2.0 s are there", warning);
    }

    [Fact]
    public async Task RefusesWhatItCannotUse()
    {
        await RefusedAsync("empty", []);
        await RefusedAsync("not a WAV file", "RIFF"u8.ToArray());
        await RefusedAsync("not a WAV file", "Dear Sir or Madam"u8.ToArray());
        await RefusedAsync("a RIFF file, but not WAVE", new WavWriter(form: "AVI ").ToArray());
        await RefusedAsync("big-endian", new WavWriter("RIFX").ToArray());
        await RefusedAsync("no format chunk", new WavWriter().ToArray());
        await RefusedAsync("no format chunk before the samples", new WavWriter().Chunk("data", Pcm(Four)).ToArray());
        await RefusedAsync("no data chunk", new WavWriter().Format(1, 1, 8_000, 16).ToArray());
        await RefusedAsync("no data chunk", new WavWriter().Format(1, 1, 8_000, 16).Chunk("LIST", [1, 2], 200).ToArray());
        await RefusedAsync("no samples after its header", WavWriter.Pcm16(8_000, 1));
        await RefusedAsync("no samples after its header", new WavWriter().Format(1, 1, 8_000, 16).Chunk("data", [], 5_000).ToArray());
        await RefusedAsync("no samples after its header", new WavWriter().Format(1, 1, 8_000, 16).Chunk("data", [1]).ToArray());
        await RefusedAsync("no samples in the first 256 MiB", new WavWriter().Chunk("JUNK", [], uint.MaxValue).ToArray());
        await RefusedAsync("the format chunk has 6 bytes", new WavWriter().Chunk("fmt ", new byte[6]).ToArray());
        await RefusedAsync("the format chunk has 2 bytes", new WavWriter().Chunk("fmt ", new byte[2], 16).ToArray());
        await FormatRefusedAsync("3 channels", 1, 3, 8_000, 16);
        await FormatRefusedAsync("0 channels", 1, 0, 8_000, 16);
        await FormatRefusedAsync("4000 Hz", 1, 1, 4_000, 16);
        await FormatRefusedAsync("96000 Hz", 1, 1, 96_000, 16);
        await FormatRefusedAsync("12-bit PCM", 1, 1, 8_000, 12);
        await FormatRefusedAsync("64-bit floating point", 3, 1, 8_000, 64);
        await FormatRefusedAsync("MP3 in WAV", 0x55, 1, 8_000, 0);
        await FormatRefusedAsync("GSM 6.10 in WAV", 0x31, 1, 8_000, 0);
        await FormatRefusedAsync("ADPCM in WAV", 0x11, 1, 8_000, 4);
        await FormatRefusedAsync("format 0xABCD in WAV", 0xABCD, 1, 8_000, 16);
        await FormatRefusedAsync("an unknown extensible format", 0xFFFE, 1, 8_000, 16);
        await RefusedAsync("6 bytes per frame, 2 x 16 bits are 4", new WavWriter().Format(1, 2, 8_000, 16, frameBytes: 6).ToArray());
    }

    private static Task FormatRefusedAsync(string cause, int tag, int channels, int rate, int bits) =>
        RefusedAsync(cause, new WavWriter().Format(tag, channels, rate, bits).Chunk("data", Pcm(Four)).ToArray());

    private static async Task RefusedAsync(string cause, byte[] bytes)
    {
        var error = await Assert.ThrowsAsync<BadInputException>(() => ReadAsync(bytes));
        Assert.StartsWith("test.wav: ", error.Cause);
        Assert.Contains(cause, error.Cause);
        Assert.NotEmpty(error.Remedy);
    }

    [Property(MaxTest = 300)]
    public async Task SurvivesMutations(int[] places, byte[] values, ushort cut)
    {
        var bytes = new WavWriter().Chunk("LIST", new byte[5]).Extensible(1, 2, 8_000, 24).Chunk("data", new byte[6_000])
            .Chunk("id3 ", new byte[9]).ToArray();
        for (var i = 0; i < places.Length && i < values.Length; i++)
            bytes[(int)((uint)places[i] % (i % 4 == 0 ? bytes.Length : 90))] = values[i];
        if (cut % 3 == 0) bytes = bytes[..(cut % bytes.Length)];
        try
        {
            Assert.True((await ReadAsync(bytes)).Samples.Length <= bytes.Length);
        }
        catch (BadInputException error)
        {
            Assert.DoesNotContain('\n', error.Message);
        }
    }
}
