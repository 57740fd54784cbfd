using System.Diagnostics.Metrics;
using Prometheus;

namespace SpeechQA.Host.Metrics;

/// <summary>
/// The instruments of the process (System.Diagnostics.Metrics) as metrics of a registry of prometheus-net, which writes them for
/// a scrape. Counts begin with its creation. The library's own MeterAdapter puts the meter's name before each metric and makes
/// gauges of counters, so instruments are mapped here.
/// </summary>
internal sealed class MetricExport : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly MetricFactory _factory;

    /// <param name="meters">Names of the meters that are told.</param>
    public MetricExport(IReadOnlyList<string> meters)
    {
        Registry = Prometheus.Metrics.NewCustomRegistry();
        _factory = Prometheus.Metrics.WithCustomRegistry(Registry);
        _factory.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meters.Contains(instrument.Meter.Name)) listener.EnableMeasurementEvents(instrument, Export(instrument));
        };
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Record(state, value, tags));
        _listener.Start();
        Registry.AddBeforeCollectCallback(_listener.RecordObservableInstruments);
    }

    /// <summary>This export's own: servers of one process share nothing.</summary>
    public CollectorRegistry Registry { get; }

    public void Dispose() => _listener.Dispose();

    private static void Record(object? instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((IExportedInstrument)instrument!).Record(value, tags);

    private IExportedInstrument Export(Instrument instrument)
    {
        var (name, kind) = MetricName.Of(instrument);
        var help = instrument.Description ?? name;
        return kind switch
        {
            MetricKind.Counter => new ExportedInstrument<Counter.Child>(labels => _factory.CreateCounter(name, help, labels),
                instrument.IsObservable ? static (series, value) => series.IncTo(value) : static (series, value) => Add(series, value)),
            MetricKind.Histogram => new ExportedInstrument<Histogram.Child>(labels => _factory.CreateHistogram(name, help, labels,
                new HistogramConfiguration { Buckets = BucketsOf(instrument) }), static (series, value) => series.Observe(value)),
            _ => new ExportedInstrument<Gauge.Child>(labels => _factory.CreateGauge(name, help, labels),
                IsState(instrument) ? static (series, value) => series.Set(value) : static (series, value) => series.Inc(value)),
        };
    }

    // Measurements come from the threads that do the work: a count that goes backwards is left out, not thrown at them.
    private static void Add(Counter.Child series, double value)
    {
        if (value >= 0) series.Inc(value);
    }

    // An UpDownCounter is told its changes; what is observed, and a gauge, is told as it stands.
    private static bool IsState(Instrument instrument) => instrument.GetType().GetGenericTypeDefinition() != typeof(UpDownCounter<>);

    private static double[]? BucketsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
        _ => null,
    };
}
