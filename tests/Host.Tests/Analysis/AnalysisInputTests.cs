using SpeechQA.Host.Analysis;

namespace SpeechQA.Host.Tests.Analysis;

public sealed class AnalysisInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void AFolderGivesItsRecordingsByTheirPathBelowIt()
    {
        foreach (var name in (string[])["b.wav", "a/z.FLAC", "a/notes.txt", "c.pcapng", "B.wav"]) _folder.Write(name, "");
        Assert.Equal(["B.wav", "a/z.FLAC", "b.wav", "c.pcapng"], AnalysisInput.Find([_folder.Path]).Select(i => i.Source));
    }

    [Fact]
    public void FilesKeepTheOrderOfThePathsAndOnlyTheirNames()
    {
        var (b, a) = (_folder.Write("b.wav", ""), _folder.Write("a.wav", ""));
        Assert.Equal([("b.wav", b), ("a.wav", a), ("-", "-")], AnalysisInput.Find([b, a, "-"]).Select(i => (i.Source, i.Path)));
    }

    [Fact]
    public void AnEmptyFolderIsOneFault()
    {
        var input = Assert.Single(AnalysisInput.Find([_folder.Path]));
        Assert.Contains("no recording or capture in it", input.Fault);
    }

    public void Dispose() => _folder.Dispose();
}
