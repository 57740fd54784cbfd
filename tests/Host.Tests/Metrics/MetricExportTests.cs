using System.Diagnostics.Metrics;
using System.Text;
using SpeechQA.Host.Metrics;

namespace SpeechQA.Host.Tests.Metrics;

/// <summary>Instruments as Prometheus metrics: names, kinds, labels, buckets, and nothing shared between two exports.</summary>
public sealed class MetricExportTests : IDisposable
{
    private readonly Meter _meter = new($"test-{Guid.NewGuid()}");

    public void Dispose() => _meter.Dispose();

    [Fact]
    public async Task Counters_have_unit_and_total_and_only_grow()
    {
        using var export = Export();
        var seconds = _meter.CreateCounter<double>("some.audio", "s", "Audio");
        seconds.Add(1.5);
        seconds.Add(-1);
        seconds.Add(2);
        Assert.Equal(["some_audio_seconds_total 3.5"], await SamplesAsync(export));
        Assert.Contains("# TYPE some_audio_seconds_total counter", await TextAsync(export));
    }

    [Fact]
    public async Task A_count_that_was_announced_reads_0()
    {
        using var export = Export();
        _meter.CreateCounter<long>("some.calls", "{call}", "Calls").Add(0);
        Assert.Equal(["some_calls_total 0"], await SamplesAsync(export));
    }

    [Fact]
    public async Task Up_and_down_is_a_gauge_of_the_sum()
    {
        using var export = Export();
        var open = _meter.CreateUpDownCounter<int>("some.open", "{call}", "Open");
        open.Add(3);
        open.Add(-1);
        Assert.Equal(["some_open 2"], await SamplesAsync(export));
    }

    [Fact]
    public async Task Observed_instruments_are_asked_at_each_scrape()
    {
        using var export = Export();
        var at = 0;
        _meter.CreateObservableCounter("some.cpu", () => at += 2, "s", "CPU");
        _meter.CreateObservableGauge("some.memory", () => 10L - at, "By", "Memory");
        Assert.Equal(["some_cpu_seconds_total 2", "some_memory_bytes 8"], await SamplesAsync(export));
        Assert.Equal(["some_cpu_seconds_total 4", "some_memory_bytes 6"], await SamplesAsync(export));
    }

    [Fact]
    public async Task Histograms_have_the_buckets_that_their_instrument_advises()
    {
        using var export = Export();
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.08, 1.5] };
        var lag = _meter.CreateHistogram("some.lag", "s", "Lag", advice: advice);
        lag.Record(0.08);
        lag.Record(1);
        lag.Record(9);
        Assert.Equal(
            ["some_lag_seconds_bucket{le=\"+Inf\"} 3", "some_lag_seconds_bucket{le=\"0.08\"} 1", "some_lag_seconds_bucket{le=\"1.5\"} 2",
                "some_lag_seconds_count 3", "some_lag_seconds_sum 10.08"],
            await SamplesAsync(export));
    }

    [Fact]
    public async Task The_same_labels_in_another_order_are_the_same_series()
    {
        using var export = Export();
        var alerts = _meter.CreateCounter<long>("some.alerts", "{alert}", "Alerts");
        alerts.Add(1, new("rule", "x"), new("event.kind", "y"));
        alerts.Add(1, new("event.kind", "y"), new("rule", "x"));
        alerts.Add(1, new KeyValuePair<string, object?>("rule", "x"));
        Assert.Equal(["some_alerts_total{event_kind=\"y\",rule=\"x\"} 2", "some_alerts_total{rule=\"x\"} 1"], await SamplesAsync(export));
    }

    [Fact]
    public async Task Exports_share_nothing_and_end_with_their_server()
    {
        var calls = _meter.CreateCounter<long>("some.calls", "{call}", "Calls");
        using var first = Export();
        calls.Add(1);
        using (var second = Export())
        {
            calls.Add(1);
            Assert.Equal(["some_calls_total 1"], await SamplesAsync(second));
            first.Dispose();
            calls.Add(1);
            Assert.Equal(["some_calls_total 2"], await SamplesAsync(second));
        }
        Assert.Equal(["some_calls_total 2"], await SamplesAsync(first));
    }

    [Fact]
    public async Task Other_meters_are_not_told()
    {
        using var export = new MetricExport(["another meter"]);
        _meter.CreateCounter<long>("some.calls").Add(1);
        Assert.Empty(await SamplesAsync(export));
    }

    [Fact]
    public async Task Measurements_from_many_threads_are_all_counted()
    {
        using var export = Export();
        var calls = _meter.CreateCounter<long>("some.calls", "{call}", "Calls");
        Parallel.For(0, 8, thread =>
        {
            for (var i = 0; i < 1000; i++) calls.Add(1, new KeyValuePair<string, object?>("kind", i % 2 == 0 ? "even" : "odd"));
        });
        Assert.Equal(["some_calls_total{kind=\"even\"} 4000", "some_calls_total{kind=\"odd\"} 4000"], await SamplesAsync(export));
    }

    private MetricExport Export() => new([_meter.Name]);

    private static async Task<string> TextAsync(MetricExport export)
    {
        using var text = new MemoryStream();
        await export.Registry.CollectAndExportAsTextAsync(text);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static async Task<IEnumerable<string>> SamplesAsync(MetricExport export) =>
        (await TextAsync(export)).Split('\n').Where(l => l.Length > 0 && l[0] != '#').Order(StringComparer.Ordinal);
}
