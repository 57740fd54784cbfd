using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest;

namespace SpeechQA.Engine.Tests.Ingest.Flac;

/// <summary>FLAC files whose STREAMINFO lies, made of one of the reference encoder.</summary>
public sealed class FlacMendingTests
{
    private const int TotalAt = 8 + 14, Md5At = 8 + 18;

    private static readonly byte[] Call = File.ReadAllBytes(RepositoryFiles.Asset("flac/call.flac"));

    private static async Task<(int Frames, IReadOnlyList<SoundWarning> Warnings)> ReadAsync(byte[] bytes)
    {
        await using var recording = await Recordings.OpenAsync(new MemoryStream(bytes), "test.flac");
        return ((await recording.ReadAllAsync()).Length / 2, recording.Warnings);
    }

    private static byte[] With(int at, params byte[] bytes)
    {
        var changed = (byte[])Call.Clone();
        bytes.CopyTo(changed, at);
        return changed;
    }

    [Fact]
    public async Task A_total_that_is_too_small_loses_nothing()
    {
        var (frames, warnings) = await ReadAsync(With(TotalAt, 0, 0, 0x10, 0));
        Assert.Equal(6_000, frames);
        var warning = Assert.Single(warnings);
        Assert.Equal((SoundWarningKind.AfterEnd, 0.512, 0.238), (warning.Kind, warning.Start, warning.Seconds));
    }

    [Fact]
    public async Task A_total_that_is_too_large_is_told()
    {
        var (frames, warnings) = await ReadAsync(With(TotalAt, 0, 0, 0x7F, 0));
        Assert.Equal(6_000, frames);
        Assert.Equal((SoundWarningKind.CutShort, 0.75), (warnings[0].Kind, warnings[0].Start));
    }

    [Fact]
    public async Task A_total_that_is_not_known_goes_to_the_end()
    {
        var (frames, warnings) = await ReadAsync(With(TotalAt, 0, 0, 0, 0));
        Assert.Equal(6_000, frames);
        Assert.Empty(warnings);
    }

    [Fact]
    public async Task Samples_with_another_checksum_are_told()
    {
        var (frames, warnings) = await ReadAsync(With(Md5At, 1, 2, 3, 4));
        Assert.Equal(6_000, frames);
        Assert.Equal(SoundWarningKind.Checksum, Assert.Single(warnings).Kind);
        Assert.Empty((await ReadAsync(With(Md5At, new byte[16]))).Warnings);
    }

    [Fact]
    public async Task A_second_file_behind_the_first_is_told()
    {
        var (frames, warnings) = await ReadAsync([.. Call, .. Call]);
        Assert.Equal(6_000, frames);
        Assert.Equal((SoundWarningKind.AfterEnd, 0.75), (Assert.Single(warnings).Kind, warnings[0].Start));
    }
}
