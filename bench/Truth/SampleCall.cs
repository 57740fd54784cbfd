using SpeechQA.Engine.Core;

namespace SpeechQA.Bench.Truth;

/// <summary>A sample call with its truth.</summary>
/// <param name="Name">File name without <c>.truth.json</c>.</param>
internal sealed record SampleCall(string Name, string Path, CallTruth Truth)
{
    /// <summary>The sample calls of a folder, those below it included.</summary>
    /// <returns>Empty when it holds no truth file.</returns>
    /// <exception cref="BadInputException">A truth file cannot be read.</exception>
    public static IReadOnlyList<SampleCall> Find(string folder)
    {
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + CallTruth.Ending, SearchOption.AllDirectories) : [];
        return [.. files.Order(StringComparer.Ordinal).Select(Read)];
    }

    private static SampleCall Read(string path)
    {
        var truth = CallTruth.Read(path);
        return new SampleCall(System.IO.Path.GetFileName(path)[..^CallTruth.Ending.Length],
            System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!, truth.Call.Audio), truth);
    }
}
