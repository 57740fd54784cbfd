using SpeechQA.Engine.Ingest;

namespace SpeechQA.Host.Analysis;

/// <summary>A recording or capture to be analysed.</summary>
/// <param name="Path">Where it is, or <c>-</c> for standard input.</param>
/// <param name="Source">What the output calls it: its name, or its path below the folder that was given; never where that folder
/// lies.</param>
/// <param name="Fault">Why there is nothing to open, or null.</param>
internal sealed record AnalysisInput(string Path, string Source, string? Fault = null)
{
    private static readonly string[] Endings = [".wav", ".wave", ".flac", ".pcap", ".pcapng", ".cap"];

    /// <summary>The inputs in the order of the paths; a folder's files by their path below it.</summary>
    public static IReadOnlyList<AnalysisInput> Find(IEnumerable<string> paths) => [.. paths.SelectMany(Below)];

    private static IEnumerable<AnalysisInput> Below(string path)
    {
        if (path == Recordings.StandardInput) return [new AnalysisInput(path, path)];
        if (!Directory.Exists(path)) return [new AnalysisInput(path, System.IO.Path.GetFileName(path))];
        var files = Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
            .Where(f => Endings.Contains(System.IO.Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .Select(f => new AnalysisInput(f, System.IO.Path.GetRelativePath(path, f).Replace('\\', '/')))
            .OrderBy(i => i.Source, StringComparer.Ordinal).ToList();
        return files.Count > 0 ? files : [new AnalysisInput(path, path,
            $"{path}: no recording or capture in it; expected {string.Join(", ", Endings)}")];
    }
}
