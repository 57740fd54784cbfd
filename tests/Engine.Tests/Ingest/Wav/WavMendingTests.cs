using FsCheck.Xunit;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest;

namespace SpeechQA.Engine.Tests.Ingest.Wav;

/// <summary>Headers that lie: no sample of the call is lost without a word.</summary>
public sealed class WavMendingTests
{
    private static readonly short[] Call = SampleWav.Stereo(3, from: 2);

    private static async Task<(short[] Samples, IReadOnlyList<SoundWarning> Warnings)> ReadAsync(byte[] bytes, bool piped = false)
    {
        Stream stream = piped ? new Pipe(bytes) : new MemoryStream(bytes);
        await using var recording = await Recordings.OpenAsync(stream, "test.wav");
        return (await recording.ReadAllAsync(), recording.Warnings);
    }

    private static async Task AllIsReadAsync(byte[] bytes, params string[] kinds)
    {
        foreach (var piped in new[] { false, true })
        {
            var (samples, warnings) = await ReadAsync(bytes, piped);
            Assert.Equal(Call, samples);
            Assert.Equal(kinds, warnings.Select(w => w.Kind));
        }
    }

    private static WavWriter Plain() => new WavWriter().Format(1, 2, 8_000, 16);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_size_that_is_too_small_loses_nothing(bool odd)
    {
        var bytes = Plain().Chunk("data", SampleWav.Pcm(Call), odd ? 32_001u : 32_000u).ToArray();
        await AllIsReadAsync(bytes, SoundWarningKind.AfterEnd);
        var warning = Assert.Single((await ReadAsync(bytes)).Warnings);
        Assert.Equal((1.0, 2.0), (warning.Start, warning.Seconds));
        Assert.Equal("the header promises 1.0 s, 2.0 s more follow: they were read as samples of the same kind", warning.Cause);
    }

    [Property(MaxTest = 60)]
    public async Task Any_size_that_is_too_small_loses_nothing_in_any_encoding(uint size, bool muLaw)
    {
        var body = muLaw ? SampleWav.MuLaw(Call) : SampleWav.Pcm(Call);
        var frame = muLaw ? 2 : 4;
        size = (uint)frame + size % (uint)(body.Length - frame);
        var header = new WavWriter().Format(muLaw ? 7 : 1, 2, 8_000, muLaw ? 8 : 16);
        var (samples, warnings) = await ReadAsync(header.Chunk("data", body, size).ToArray());
        // Less than a frame and its pad byte more is no sound.
        if (body.Length - size / frame * frame > frame + 2) Assert.Equal(SoundWarningKind.AfterEnd, Assert.Single(warnings).Kind);
        Assert.InRange(samples.Length, Call.Length - 4, Call.Length);
        if (!muLaw) Assert.Equal(Call[..samples.Length], samples);
    }

    [Fact]
    public async Task What_follows_and_is_no_sound_is_left_out_in_silence()
    {
        await AllIsReadAsync(Plain().Chunk("data", SampleWav.Pcm(Call)).Chunk("LIST", new byte[99]).Chunk("bext", new byte[602]).ToArray());
        await AllIsReadAsync(Plain().Chunk("data", SampleWav.Pcm(Call)).Chunk("abcd", new byte[40]).ToArray());
        await AllIsReadAsync([.. Plain().Chunk("data", SampleWav.Pcm(Call)).ToArray(), .. new byte[70_000]]);
        await AllIsReadAsync([.. Plain().Chunk("data", SampleWav.Pcm(Call)).ToArray(), .. "TAG a title and some text"u8]);
    }

    [Fact]
    public async Task Silence_within_sound_that_follows_is_kept()
    {
        short[] paused = [.. Call[..16_000], .. new short[20_000], .. Call[16_000..]];
        var (samples, _) = await ReadAsync([.. Plain().Chunk("data", SampleWav.Pcm(paused), 32_000).ToArray(), .. new byte[9_000]]);
        Assert.Equal(paused, samples);
    }

    [Fact]
    public async Task Sound_that_may_follow_and_is_not_read_is_told_with_its_length()
    {
        var second = Plain().Chunk("data", SampleWav.Pcm(Call)).ToArray();
        foreach (var more in new[] { second, second[36..], [.. "LIST\x2\0\0\0ab"u8.ToArray(),
            .. SampleWav.Pcm([.. Call.Select(s => (short)(s | 0x0101))])] })
        {
            var (samples, warnings) = await ReadAsync([.. second, .. more]);
            Assert.Equal(Call, samples);
            var warning = Assert.Single(warnings);
            Assert.Equal(SoundWarningKind.AfterEnd, warning.Kind);
            Assert.Equal(3.0, warning.Start);
            Assert.InRange(warning.Seconds!.Value, 2.99, 3.01);
        }
    }

    [Theory]
    [InlineData(0, null, "0 bytes per frame, 2 x 16 bits are 4")]
    [InlineData(2, null, "2 bytes per frame, 2 x 16 bits are 4")]
    [InlineData(4, 16_000, "16000 bytes per second, 8000 Hz x 4 bytes are 32000")]
    public async Task A_wrong_block_or_byte_rate_is_made_up_for(int frameBytes, int? byteRate, string cause)
    {
        var bytes = new WavWriter().Format(1, 2, 8_000, 16, frameBytes, byteRate: byteRate).Chunk("data", SampleWav.Pcm(Call)).ToArray();
        await AllIsReadAsync(bytes, SoundWarningKind.Header);
        Assert.Contains(cause, (await ReadAsync(bytes)).Warnings[0].Cause);
    }

    [Theory]
    [InlineData(24_000, false)]
    [InlineData(48_000, false)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(23_999, true)]
    [InlineData(9, true)]
    public async Task A_wrong_fact_chunk_is_told_and_not_believed(int samples, bool wrong)
    {
        var bytes = Plain().Chunk("fact", BitConverter.GetBytes(samples)).Chunk("data", SampleWav.Pcm(Call)).ToArray();
        await AllIsReadAsync(bytes, wrong ? [SoundWarningKind.Header] : []);
    }

    [Property(MaxTest = 60)]
    public async Task A_missing_pad_byte_is_made_up_for(ushort length, byte content)
    {
        var body = Enumerable.Repeat(content, length / 2 * 2 + 1).ToArray();
        var bytes = new WavWriter().Chunk("JUNK", body, padded: false).Format(1, 2, 8_000, 16).Chunk("LIST", body, padded: false)
            .Chunk("data", SampleWav.Pcm(Call)).ToArray();
        await AllIsReadAsync(bytes, SoundWarningKind.Header);
        await AllIsReadAsync(new WavWriter().Chunk("JUNK", body).Format(1, 2, 8_000, 16).Chunk("LIST", body)
            .Chunk("data", SampleWav.Pcm(Call)).ToArray());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(30)]
    [InlineData(5_000)]
    public async Task A_chunk_that_is_longer_than_it_says_is_passed_over(int more)
    {
        var bytes = new WavWriter().Format(1, 2, 8_000, 16).Chunk("LIST", new byte[10 + more], 10).Chunk("data", SampleWav.Pcm(Call))
            .ToArray();
        await AllIsReadAsync(bytes, SoundWarningKind.Header);
        Assert.Contains($"the chunk 'LIST' is {more} bytes longer than it says", (await ReadAsync(bytes)).Warnings[0].Cause);
    }

    [Theory]
    [InlineData("RF64")]
    [InlineData("BW64")]
    public async Task Wide_files_whose_writer_did_not_know_their_length_go_to_the_end(string magic)
    {
        foreach (var size in new[] { -1L, 0 })
            await AllIsReadAsync(new WavWriter(magic, uint.MaxValue).Ds64(size).Format(1, 2, 8_000, 16)
                .Chunk("data", SampleWav.Pcm(Call), uint.MaxValue).ToArray());
        await AllIsReadAsync(new WavWriter(magic, uint.MaxValue).Format(1, 2, 8_000, 16).Chunk("data", SampleWav.Pcm(Call), uint.MaxValue)
            .ToArray());
    }

    [Fact]
    public async Task A_file_that_is_cut_short_says_how_much_is_missing()
    {
        var bytes = Plain().Chunk("data", SampleWav.Pcm(Call)).ToArray()[..^32_000];
        var warning = Assert.Single((await ReadAsync(bytes)).Warnings);
        Assert.Equal((SoundWarningKind.CutShort, 2.0, 1.0), (warning.Kind, warning.Start, warning.Seconds));
    }

    /// <summary>A stream of unknown length, as standard input is.</summary>
    private sealed class Pipe(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
