using System.Diagnostics.Metrics;

namespace SpeechQA.Host.Metrics;

/// <summary>How an instrument is called in Prometheus: name with underscores, unit, and <c>_total</c> for counts.</summary>
/// <param name="Text">E.g. <c>speechqa_audio_seconds_total</c>.</param>
/// <param name="Kind">What it is exposed as.</param>
internal sealed record MetricName(string Text, MetricKind Kind)
{
    /// <summary>
    /// Instruments of the runtime that need another name or kind: <c>_count</c> is what a histogram ends with, and two of the
    /// "counters" of the thread pool tell a state that goes up and down.
    /// </summary>
    private static readonly Dictionary<string, MetricName> Exceptions = new(StringComparer.Ordinal)
    {
        ["dotnet.assembly.count"] = new("dotnet_assemblies", MetricKind.Gauge),
        ["dotnet.process.cpu.count"] = new("dotnet_process_cpus", MetricKind.Gauge),
        ["dotnet.timer.count"] = new("dotnet_timers", MetricKind.Gauge),
        ["dotnet.thread_pool.queue.length"] = new("dotnet_thread_pool_queue_length", MetricKind.Gauge),
        ["dotnet.thread_pool.thread.count"] = new("dotnet_thread_pool_threads", MetricKind.Gauge),
    };

    public static MetricName Of(Instrument instrument)
    {
        if (Exceptions.TryGetValue(instrument.Name, out var exception)) return exception;
        var kind = KindOf(instrument.GetType().GetGenericTypeDefinition());
        return new MetricName(Plain(instrument.Name) + UnitOf(instrument.Unit) + (kind == MetricKind.Counter ? "_total" : ""), kind);
    }

    /// <summary>A label of Prometheus: letters, digits and underscores.</summary>
    public static string Plain(string name) => string.Create(name.Length, name, static (plain, name) =>
    {
        for (var i = 0; i < plain.Length; i++) plain[i] = char.IsAsciiLetterOrDigit(name[i]) ? name[i] : '_';
    });

    // Units in braces say what is counted and are no part of the name (UCUM, as OpenTelemetry maps them to Prometheus).
    private static string UnitOf(string? unit) => unit switch
    {
        "s" => "_seconds",
        "By" => "_bytes",
        _ => "",
    };

    private static MetricKind KindOf(Type type) =>
        type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
        : type == typeof(Histogram<>) ? MetricKind.Histogram
        : MetricKind.Gauge;
}

/// <summary>What a metric is to Prometheus.</summary>
internal enum MetricKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Counts by upper bounds.</summary>
    Histogram,
}
