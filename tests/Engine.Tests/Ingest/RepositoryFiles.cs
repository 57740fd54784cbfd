namespace SpeechQA.Engine.Tests.Ingest;

/// <summary>Files of the repository that tests read where they lie.</summary>
internal static class RepositoryFiles
{
    public static string Asset(string path) => At("tests/Engine.Tests/Assets", path);

    public static string Sample(string path) => At("samples", path);

    private static string At(params string[] path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SpeechQA.sln"))) folder = folder.Parent;
        return Path.Combine([folder?.FullName ?? throw new DirectoryNotFoundException("SpeechQA.sln"), .. path]);
    }
}
