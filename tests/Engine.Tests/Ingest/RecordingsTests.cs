using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Tests.Ingest.Wav;

namespace SpeechQA.Engine.Tests.Ingest;

public class RecordingsTests
{
    [Fact]
    public async Task TellsFormatsByTheirFirstBytes()
    {
        await using var flac = await Recordings.OpenAsync(RepositoryFiles.Asset("flac/stereo24.flac"));
        await using var wav = await Recordings.OpenAsync(RepositoryFiles.Sample("audio/en-01-telecom-cancel.wav"));
        Assert.Equal((44_100, 2), (flac.SampleRate, flac.Channels));
        Assert.Equal((8_000, 2, 854_720), (wav.SampleRate, wav.Channels, wav.Frames));
    }

    [Theory]
    [InlineData("an MP3 file (ID3 tag)", "ffmpeg", new byte[] { 0x49, 0x44, 0x33, 4, 0, 0, 0, 0 })]
    [InlineData("an MP3 file", "ffmpeg", new byte[] { 0xFF, 0xFB, 0x90, 0, 0, 0, 0, 0 })]
    [InlineData("an AAC file", "ffmpeg", new byte[] { 0xFF, 0xF1, 0x90, 0, 0, 0, 0, 0 })]
    [InlineData("an Ogg file", "ffmpeg", new byte[] { 0x4F, 0x67, 0x67, 0x53, 0, 0, 0, 0 })]
    [InlineData("an MP4 or M4A file", "ffmpeg", new byte[] { 0, 0, 0, 0x20, 0x66, 0x74, 0x79, 0x70 })]
    [InlineData("a packet capture", "give its path", new byte[] { 0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0 })]
    [InlineData("a packet capture", "give its path", new byte[] { 0x0A, 0x0D, 0x0D, 0x0A, 2, 0, 4, 0 })]
    [InlineData("a gzip file", "unpack", new byte[] { 0x1F, 0x8B, 8, 0, 0, 0, 0, 0 })]
    public async Task NamesWhatItDoesNotRead(string what, string remedy, byte[] start)
    {
        var error = await Assert.ThrowsAsync<BadInputException>(async () => await Recordings.OpenAsync(new MemoryStream(start), "x.bin"));
        Assert.StartsWith("x.bin: " + what, error.Cause);
        Assert.Contains(remedy, error.Remedy);
    }

    [Fact]
    public async Task MissingFilesAndFoldersAreOneClearLine()
    {
        var missing = await Assert.ThrowsAsync<BadInputException>(async () => await Recordings.OpenAsync("no/such/file.wav"));
        Assert.Equal("no/such/file.wav: no such file", missing.Cause);
        var folder = await Assert.ThrowsAsync<BadInputException>(async () => await Recordings.OpenAsync(AppContext.BaseDirectory));
        Assert.EndsWith("a folder", folder.Cause);
    }

    [Fact]
    public async Task FailingStreamsAreOneClearLine()
    {
        var error = await Assert.ThrowsAsync<BadInputException>(async () => await Recordings.OpenAsync(new Failing(), "disk.wav"));
        Assert.Equal("disk.wav: reading failed (bad sector)", error.Cause);
    }

    [Fact]
    public async Task ClosesTheStreamWhenItRefusesIt()
    {
        var stream = new MemoryStream("not a recording"u8.ToArray());
        await Assert.ThrowsAsync<BadInputException>(async () => await Recordings.OpenAsync(stream, "x"));
        Assert.False(stream.CanRead);

        stream = new MemoryStream(WavWriter.Pcm16(8_000, 1, 1, 2));
        await using (await Recordings.OpenAsync(stream, "x")) Assert.True(stream.CanRead);
        Assert.False(stream.CanRead);
    }

    private sealed class Failing() : MemoryStream([1])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation = default) =>
            throw new IOException("bad sector");
    }
}
