using System.Globalization;
using System.Text.RegularExpressions;

namespace SpeechQA.Host.Tests.Metrics;

/// <summary>
/// A strict reader of the Prometheus text format 0.0.4: every rule of the format that a scraper may rely on is checked, and
/// broken rules are told with their line.
/// </summary>
internal sealed partial class Exposition
{
    private static readonly string[] Types = ["counter", "gauge", "histogram", "summary", "untyped"];
    private static readonly string[] Parts = ["_bucket", "_sum", "_count"];

    private readonly Dictionary<string, string> _types = [];
    private readonly HashSet<string> _helped = [], _over = [], _series = [];
    private readonly Dictionary<string, List<(double Le, double Value)>> _buckets = [];
    private readonly Dictionary<string, double> _counts = [], _sums = [];
    private string? _family;

    public List<string> Faults { get; } = [];

    /// <summary>Names of samples, as a query writes them.</summary>
    public SortedSet<string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Values of each label of each sample's name.</summary>
    public Dictionary<(string Name, string Label), SortedSet<string>> Labels { get; } = [];

    public static Exposition Read(string text)
    {
        var read = new Exposition();
        if (!text.EndsWith('\n')) read.Faults.Add("the last line does not end");
        if (text.Contains('\r')) read.Faults.Add("carriage returns");
        foreach (var line in text.Split('\n')[..^1]) read.Take(line);
        read.CheckHistograms();
        return read;
    }

    private void Take(string line)
    {
        if (line.Length == 0 || line is "# EOF") return;
        if (line[0] == '#') Comment(line);
        else SampleOf(line);
    }

    private void Comment(string line)
    {
        var words = line.Split(' ', 4);
        if (words.Length < 3 || words[1] is not ("TYPE" or "HELP")) return;
        Enter(words[2], line);
        if (words[1] == "HELP" && !_helped.Add(words[2])) Faults.Add($"second HELP: {line}");
        if (words[1] == "HELP" && (words.Length < 4 || words[3].Length == 0)) Faults.Add($"empty HELP: {line}");
        if (words[1] != "TYPE") return;
        if (!_types.TryAdd(words[2], words[^1])) Faults.Add($"second TYPE: {line}");
        if (!Types.Contains(words[^1])) Faults.Add($"unknown TYPE: {line}");
    }

    private void SampleOf(string line)
    {
        var match = Sample().Match(line);
        if (!match.Success)
        {
            Faults.Add($"no sample: {line}");
            return;
        }
        var name = match.Groups["name"].Value;
        var family = FamilyOf(name);
        Enter(family, line);
        if (!_types.TryGetValue(family, out var type)) Faults.Add($"sample without TYPE before it: {line}");
        var labels = Label().Matches(match.Groups["labels"].Value)
            .Select(l => (Name: l.Groups["name"].Value, Value: l.Groups["value"].Value)).ToList();
        if (labels.Select(l => l.Name).Distinct().Count() != labels.Count) Faults.Add($"a label twice: {line}");
        var key = string.Join(',', labels.Where(l => l.Name != "le").OrderBy(l => l.Name, StringComparer.Ordinal)
            .Select(l => $"{l.Name}={l.Value}"));
        if (!_series.Add($"{name}|{key}|{labels.Find(l => l.Name == "le").Value}")) Faults.Add($"the same series again: {line}");
        var value = Number(match.Groups["value"].Value);
        if (type == "counter" && (!name.EndsWith("_total", StringComparison.Ordinal) || value < 0)) Faults.Add($"no counter: {line}");
        if (type == "histogram") Histogram(name, $"{family}|{key}", labels.Find(l => l.Name == "le").Value, value, line);
        Names.Add(name);
        foreach (var (label, at) in labels)
        {
            if (!Labels.TryGetValue((name, label), out var values))
                Labels[(name, label)] = values = new SortedSet<string>(StringComparer.Ordinal);
            values.Add(at);
        }
    }

    private void Histogram(string name, string key, string? le, double value, string line)
    {
        if (name.EndsWith("_sum", StringComparison.Ordinal)) _sums[key] = value;
        else if (name.EndsWith("_count", StringComparison.Ordinal)) _counts[key] = value;
        else if (le is null) Faults.Add($"bucket without le: {line}");
        else
        {
            if (!_buckets.TryGetValue(key, out var buckets)) _buckets[key] = buckets = [];
            buckets.Add((Number(le), value));
        }
    }

    private void CheckHistograms()
    {
        foreach (var (key, buckets) in _buckets)
        {
            if (buckets.Zip(buckets.Skip(1)).Any(p => p.First.Le >= p.Second.Le || p.First.Value > p.Second.Value))
                Faults.Add($"buckets do not grow: {key}");
            if (!double.IsPositiveInfinity(buckets[^1].Le)) Faults.Add($"no bucket +Inf: {key}");
            if (!_counts.TryGetValue(key, out var count) || count != buckets[^1].Value) Faults.Add($"count is not the bucket +Inf: {key}");
            if (!_sums.ContainsKey(key)) Faults.Add($"no sum: {key}");
        }
        Faults.AddRange(_types.Where(t => t.Value == "histogram"
            && !_buckets.Keys.Any(k => k.StartsWith(t.Key + "|", StringComparison.Ordinal)))
            .Select(t => $"histogram without buckets: {t.Key}"));
        Faults.AddRange(_types.Keys.Where(t => !_helped.Contains(t)).Select(t => $"no HELP: {t}"));
    }

    /// <summary>All lines of a metric stand together.</summary>
    private void Enter(string family, string line)
    {
        if (family == _family) return;
        if (_family is not null) _over.Add(_family);
        if (_over.Contains(family)) Faults.Add($"its metric was over: {line}");
        _family = family;
    }

    private string FamilyOf(string name)
    {
        foreach (var part in Parts)
            if (name.EndsWith(part, StringComparison.Ordinal) && _types.GetValueOrDefault(name[..^part.Length]) == "histogram")
                return name[..^part.Length];
        return name;
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*=""([^""\\\n]|\\[\\""n])*"",?)*)\})? "
        + @"(?<value>-?[0-9.]+([eE][-+]?[0-9]+)?|NaN|[+-]Inf)( -?[0-9]+)?$")]
    private static partial Regex Sample();

    [GeneratedRegex(@"(?<name>[a-zA-Z_][a-zA-Z0-9_]*)=""(?<value>([^""\\]|\\.)*)""")]
    private static partial Regex Label();
}
