using System.Diagnostics.Metrics;
using System.Globalization;
using SpeechQA.Engine.Calls.Metrics;
using SpeechQA.Engine.Core;

namespace SpeechQA.Host.Metrics;

/// <summary>
/// What a run of the server came to: percentiles of each stage by kind of alert, and what was shed. It listens to the
/// process's instruments from its creation on.
/// </summary>
internal sealed class RunSummary : IDisposable
{
    private static readonly string[] Stages = ["voiced", "queued", "inferred", "matched", "published", "delivered"];

    // By name: an instrument is told of before the field that will hold it is set.
    private static readonly string[] Watched = [StageMetrics.StageName, StageMetrics.LatencyName, StageMetrics.LagName,
        EngineMetrics.ShedName];

    private readonly SortedDictionary<(string Instrument, string Labels), LatencyHistogram> _latencies = [];
    private readonly SortedDictionary<string, long> _shed = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly MeterListener _listener = new();

    public RunSummary()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == EngineMetrics.MeterName && Watched.Contains(instrument.Name))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument.Name, tags, value));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Shed(tags, value));
        _listener.Start();
    }

    /// <summary>The lines that <c>serve</c> prints when it ends; none when nothing happened.</summary>
    public IReadOnlyList<string> Lines()
    {
        lock (_lock)
        {
            List<string> lines = [];
            if (_latencies.Count > 0)
            {
                lines.Add(Text($"{"milliseconds",-34}{"count",9}{"p50",10}{"p90",10}{"p99",10}{"most",10}"));
                lines.AddRange(_latencies.OrderBy(l => Place(l.Key)).Select(l => LineOf(l.Key, l.Value.Summary())));
            }
            lines.AddRange(_shed.Where(s => s.Value > 0).Select(s => Text($"shed {s.Key}: {s.Value}")));
            return lines;
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(string instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags, double seconds)
    {
        LatencyHistogram? histogram;
        var key = (instrument, Labels(tags));
        lock (_lock)
        {
            if (!_latencies.TryGetValue(key, out histogram)) _latencies[key] = histogram = new LatencyHistogram();
        }
        histogram.Add(seconds * 1000);
    }

    private void Shed(ReadOnlySpan<KeyValuePair<string, object?>> tags, long count)
    {
        var kind = Labels(tags);
        lock (_lock) _shed[kind] = _shed.GetValueOrDefault(kind) + count;
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = "";
        foreach (var (_, value) in tags) labels = labels.Length == 0 ? $"{value}" : $"{labels} {value}";
        return labels;
    }

    // Stages in their order; the sums after their parts.
    private static (string Instrument, string Kind, int Stage) Place((string Instrument, string Labels) key)
    {
        var labels = key.Labels.Split(' ');
        var order = key.Instrument == StageMetrics.StageName ? "1" : key.Instrument == StageMetrics.LatencyName ? "2" : "3";
        return (order, labels[0], Array.IndexOf(Stages, labels[^1]));
    }

    private static string LineOf((string Instrument, string Labels) key, LatencySummary s)
    {
        var what = key.Instrument == StageMetrics.LatencyName ? $"{key.Labels.Replace(" ", ": captured to ")}"
            : key.Instrument == StageMetrics.StageName ? key.Labels.Replace(" ", ": to ")
            : $"end of speech to {key.Labels} text";
        return Text($"{what,-34}{s.Count,9}{s.P50,10:F1}{s.P90,10:F1}{s.P99,10:F1}{s.Max,10:F1}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
