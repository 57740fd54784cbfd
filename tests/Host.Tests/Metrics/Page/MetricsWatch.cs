using System.Globalization;
using System.Text.RegularExpressions;

namespace SpeechQA.Host.Tests.Metrics.Page;

/// <summary>
/// A server whose <c>/metrics</c> are read while things happen in this process, to it or to other servers: meters are of the process.
/// </summary>
internal sealed partial class MetricsWatch(TestServer server) : IAsyncDisposable
{
    public static async Task<MetricsWatch> StartAsync() => new(await TestServer.StartAsync());

    public Uri Address => server.Address;

    /// <summary>
    /// Runs a scenario and answers which of the series have not moved up from where they were, at some moment of it or soon after.
    /// </summary>
    public async Task<IReadOnlyList<MetricSeries>> NotMovedAsync(IReadOnlyList<MetricSeries> series, Func<Task> scenario)
    {
        var before = await ReadAsync();
        var still = series.ToList();
        var running = scenario();
        using var patience = new CancellationTokenSource(TestServer.Patience);
        while (!running.IsCompleted || (still.Count > 0 && !patience.IsCancellationRequested))
        {
            var now = await ReadAsync();
            still.RemoveAll(s => now(s) > (s.Name.StartsWith("dotnet_", StringComparison.Ordinal) ? 0 : before(s)));
            if (still.Count > 0 || !running.IsCompleted) await Task.Delay(50, CancellationToken.None);
        }
        await running;
        return still;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>The sum of all samples of a series; a histogram counts by how often it was recorded.</summary>
    private async Task<Func<MetricSeries, double>> ReadAsync()
    {
        var text = await server.Http.GetStringAsync("metrics");
        var samples = text.Split('\n').Select(l => Sample().Match(l)).Where(m => m.Success).ToLookup(m => m.Groups["name"].Value);
        return series => Samples(samples, series.Name)
            .Where(m => series.Value is null
                || m.Groups["labels"].Value.Contains($"{series.Label}=\"{series.Value}\"", StringComparison.Ordinal))
            .Sum(m => double.Parse(m.Groups["value"].ValueSpan, CultureInfo.InvariantCulture));
    }

    private static IEnumerable<Match> Samples(ILookup<string, Match> samples, string name) =>
        name.EndsWith('*') ? samples.Where(s => s.Key.StartsWith(name[..^1], StringComparison.Ordinal)).SelectMany(s => s)
        : samples.Contains(name) ? samples[name] : samples[name + "_count"];

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>[^ ]+)( -?[0-9]+)?$""")]
    private static partial Regex Sample();
}
