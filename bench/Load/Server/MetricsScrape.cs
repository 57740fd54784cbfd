using System.Globalization;
using System.Text.RegularExpressions;
using SpeechQA.Engine.Core;

namespace SpeechQA.Bench.Load.Server;

/// <summary>The samples of a Prometheus text, for reading counts of a server from outside.</summary>
internal sealed partial class MetricsScrape
{
    private readonly List<(string Name, Dictionary<string, string> Labels, double Value)> _samples = [];

    public static MetricsScrape Parse(string text)
    {
        var scrape = new MetricsScrape();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '#' || Sample().Match(line) is not { Success: true } match) continue;
            if (!double.TryParse(match.Groups["value"].ValueSpan, CultureInfo.InvariantCulture, out var value)) continue;
            var labels = Label().Matches(match.Groups["labels"].Value).ToDictionary(l => l.Groups[1].Value, l => l.Groups[2].Value);
            scrape._samples.Add((match.Groups["name"].Value, labels, value));
        }
        return scrape;
    }

    public static async Task<MetricsScrape> OfAsync(HttpClient http, CancellationToken cancellation) =>
        Parse(await http.GetStringAsync("metrics", cancellation).ConfigureAwait(false));

    /// <summary>The sum over all labels; 0 when there is no such sample.</summary>
    public double Sum(string name) => _samples.Where(s => s.Name == name).Sum(s => s.Value);

    /// <summary>The sum over all labels of a count on which a limit rests: what is not there must not be taken for 0.</summary>
    /// <exception cref="BadInputException">The server does not have it.</exception>
    public double Required(string name) => _samples.Exists(s => s.Name == name)
        ? Sum(name)
        : throw new BadInputException($"the server's metrics have no {name}", "measure a server of the same build as this program");

    /// <summary>Sums by the value of a label.</summary>
    public Dictionary<string, double> By(string name, string label) => _samples.Where(s => s.Name == name && s.Labels.ContainsKey(label))
        .GroupBy(s => s.Labels[label]).ToDictionary(g => g.Key, g => g.Sum(s => s.Value));

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>[^ ]+)( -?[0-9]+)?$""")]
    private static partial Regex Sample();

    [GeneratedRegex(@"([a-zA-Z_][a-zA-Z0-9_]*)=""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Label();
}
