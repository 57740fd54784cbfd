using SpeechQA.Engine.Core;

namespace SpeechQA.Bench.Inflection;

/// <summary>A clip of acted or natural emotional speech.</summary>
/// <param name="Path">The recording.</param>
/// <param name="Emotion"><c>anger</c>, <c>fear</c>, <c>happiness</c>, <c>surprise</c>, <c>disgust</c>, <c>sadness</c>,
/// <c>neutral</c>, <c>calm</c> or <c>boredom</c>; others count for anger only, as the rest.</param>
internal sealed record LabelledClip(string Path, string Speaker, string Emotion);

/// <summary>A folder of clips with <c>labels.csv</c>.</summary>
internal sealed record InflectionCorpus(string Name, IReadOnlyList<LabelledClip> Clips);

/// <summary>
/// Reads <c>labels.csv</c>: a header with <c>file</c>, <c>speaker</c> and <c>emotion</c>, files relative to the corpus' parent.
/// </summary>
internal static class InflectionLabels
{
    private const string FileName = "labels.csv";

    /// <param name="path">A corpus, or a folder of corpora.</param>
    /// <exception cref="BadInputException">No labels, or a row without the columns.</exception>
    public static IReadOnlyList<InflectionCorpus> Read(string path)
    {
        if (!Directory.Exists(path))
            throw new BadInputException($"{path}: no such folder", $"give a folder with {FileName}, or one of such folders");
        string[] folders = File.Exists(Path.Combine(path, FileName))
            ? [Path.GetFullPath(path)]
            : [.. Directory.GetDirectories(path).Where(f => File.Exists(Path.Combine(f, FileName))).Order(StringComparer.Ordinal)];
        if (folders.Length == 0)
            throw new BadInputException($"{path}: no {FileName} in it or in its folders", "give a folder with labelled clips");
        return [.. folders.Select(ReadCorpus)];
    }

    private static InflectionCorpus ReadCorpus(string folder)
    {
        var labels = Path.Combine(folder, FileName);
        var root = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) ?? folder;
        var rows = File.ReadLines(labels).Where(l => l.Length > 0).Select(Fields).ToList();
        var header = rows.Count > 0 ? rows[0] : [];
        var (file, speaker, emotion) = (header.IndexOf("file"), header.IndexOf("speaker"), header.IndexOf("emotion"));
        if (file < 0 || speaker < 0 || emotion < 0)
            throw new BadInputException($"{labels}: no columns file, speaker, emotion", "name them in the first line");
        var cut = rows.FindIndex(r => r.Count <= Math.Max(file, Math.Max(speaker, emotion)));
        if (cut >= 0) throw new BadInputException($"{labels}: row {cut + 1} is too short", "give every row all columns");
        return new InflectionCorpus(Path.GetFileName(folder), [.. rows.Skip(1).Select(r =>
            new LabelledClip(Path.Combine(root, r[file]), r[speaker], r[emotion] == "surprised" ? "surprise" : r[emotion]))]);
    }

    /// <summary>Fields of a line, trimmed; quotes keep commas and are doubled inside (RFC 4180).</summary>
    internal static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var field = new System.Text.StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"') field.Append(line[i++]);
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else field.Append(c);
        }
        fields.Add(field.ToString().Trim());
        return fields;
    }
}
