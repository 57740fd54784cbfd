namespace SpeechQA.WhisperNet.Tests;

/// <summary>The checkout the tests run from: its models and samples.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var d = new DirectoryInfo(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(System.IO.Path.Combine(d.FullName, "SpeechQA.sln"))) return d.FullName;
        throw new InvalidOperationException("The tests must run from within the checkout.");
    }
}
