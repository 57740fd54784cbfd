namespace SpeechQA.Architecture.Tests;

/// <summary>The checkout the tests run from.</summary>
internal static class Checkout
{
    private static readonly string[] Skipped = ["bin", "obj", "node_modules", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts"];

    /// <summary>Its folder.</summary>
    public static string Root { get; } = Find();

    /// <summary>Files with an ending, as paths from the root with forward slashes; nothing that a build makes or git keeps.</summary>
    public static IEnumerable<string> Files(params string[] endings) => Below(new DirectoryInfo(Root))
        .Where(file => endings.Contains(file.Extension))
        .Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'));

    /// <summary>Whether a path from the root is a file or folder.</summary>
    public static bool Has(string path) => Path.Exists(Path.Combine(Root, path));

    private static IEnumerable<FileInfo> Below(DirectoryInfo folder) => folder.EnumerateFiles().Concat(folder.EnumerateDirectories()
        .Where(child => !child.Name.StartsWith('.') && !Skipped.Contains(child.Name) && child.LinkTarget is null)
        .SelectMany(Below));

    private static string Find()
    {
        for (var d = new DirectoryInfo(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "SpeechQA.sln"))) return d.FullName;
        throw new InvalidOperationException("The tests must run from within the checkout.");
    }
}
