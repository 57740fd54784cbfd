namespace SpeechQA.Host.Tests.Metrics.Page;

/// <summary>
/// A metric of the API page, or one value of one of its labels: <c>name</c>, <c>name{label}</c> or <c>name{label=value}</c>.
/// </summary>
internal sealed record MetricSeries(string Name, string? Label = null, string? Value = null)
{
    public static MetricSeries Parse(string text)
    {
        var parts = text.TrimEnd('}').Split('{', '=');
        return new MetricSeries(parts[0], parts.ElementAtOrDefault(1), parts.ElementAtOrDefault(2));
    }

    /// <summary>Who has moved <paramref name="other"/> has moved this: a label without values stands for any value.</summary>
    public bool IsMovedBy(MetricSeries other) =>
        Name == other.Name && (Label is null || Label == other.Label) && (Value is null || Value == other.Value);

    public override string ToString() => Label is null ? Name : Value is null ? $"{Name}{{{Label}}}" : $"{Name}{{{Label}={Value}}}";
}

/// <summary>The table of metrics of docs/api.md.</summary>
internal static class MetricsPage
{
    /// <summary>Each metric, and each label of it with each value that the page names.</summary>
    public static IReadOnlyList<MetricSeries> Read()
    {
        var lines = File.ReadLines(Repository.Path("docs", "api.md")).SkipWhile(l => l != "## Metrics").Skip(1);
        var rows = lines.TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal)).ToList();
        return [.. rows.SelectMany(SeriesOf)];
    }

    private static IEnumerable<MetricSeries> SeriesOf(string row)
    {
        var cells = row.Split('|', StringSplitOptions.TrimEntries);
        var names = Code(cells[1]);
        Assert.True(names.Count == 1, $"one metric in a row: {row}");
        yield return new MetricSeries(names[0]);
        foreach (var label in cells[2].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = Code(label);
            Assert.True(words.Count > 0, $"a label stands in backticks: {row}");
            if (words.Count == 1) yield return new MetricSeries(names[0], words[0]);
            foreach (var value in words.Skip(1)) yield return new MetricSeries(names[0], words[0], value);
        }
    }

    private static List<string> Code(string cell) => [.. cell.Split('`').Where((_, i) => i % 2 == 1)];
}
