using System.Diagnostics.Metrics;

namespace SpeechQA.Engine.Core;

/// <summary>What the engine counts (System.Diagnostics.Metrics, meter <c>SpeechQA.Engine</c>).</summary>
public static class EngineMetrics
{
    /// <summary>The meter of all metrics of the engine.</summary>
    public const string MeterName = "SpeechQA.Engine";

    /// <summary>Name of <see cref="Shed"/>.</summary>
    public const string ShedName = "speechqa.shed";

    /// <summary>Values of the label <c>kind</c> of <see cref="Shed"/>.</summary>
    public static readonly IReadOnlyList<string> ShedKinds = ["partial", "inflection", "final"];

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Calls that are open now.</summary>
    public static readonly UpDownCounter<int> OpenCalls = Meter.CreateUpDownCounter<int>("speechqa.calls.open", "{call}",
        "Calls that are open now");

    /// <summary>Utterances by outcome.</summary>
    public static readonly Counter<long> Utterances = Meter.CreateCounter<long>("speechqa.utterances", "{utterance}",
        "Utterances by outcome");

    /// <summary>Alerts raised, by rule.</summary>
    public static readonly Counter<long> Alerts = Meter.CreateCounter<long>("speechqa.alerts", "{alert}", "Alerts raised, by rule");

    /// <summary>Alerts raised before their final text, by outcome and rule.</summary>
    public static readonly Counter<long> EarlyAlerts = Meter.CreateCounter<long>("speechqa.alerts.early", "{alert}",
        "Alerts raised before their final text, by outcome and rule");

    /// <summary>Work given up under load, by kind.</summary>
    public static readonly Counter<long> Shed = Meter.CreateCounter<long>(ShedName, "{item}", "Work given up under load, by kind");

    /// <summary>Audio dropped because a leg's pipe was full, from any source.</summary>
    public static readonly Counter<double> Dropped = Meter.CreateCounter<double>("speechqa.audio.dropped", "s",
        "Audio dropped because a leg's pipe was full, from any source");

    /// <summary>Audio of all legs.</summary>
    public static readonly Counter<double> Audio = Meter.CreateCounter<double>("speechqa.audio", "s", "Audio of all legs");

    /// <summary>Errors inside the engine, by place.</summary>
    public static readonly Counter<long> Failures = Meter.CreateCounter<long>("speechqa.failures", "{failure}",
        "Errors inside the engine, by place");

    /// <summary>Sound that yielded nothing, by kind.</summary>
    public static readonly Counter<long> LineWarnings =
        Meter.CreateCounter<long>("speechqa.line.warnings", "{warning}", "Sound that yielded nothing, by kind");

    /// <summary>Look-ups made to find phrases by their sound.</summary>
    public static readonly Counter<long> SoundSteps = Meter.CreateCounter<long>("speechqa.sound.steps", "{step}",
        "Look-ups made to find phrases by their sound");

    /// <summary>Readings found by sound: asked of the recogniser, and confirmed.</summary>
    public static readonly Counter<long> SoundCandidates = Meter.CreateCounter<long>("speechqa.sound.candidates", "{candidate}",
        "Readings found by sound: asked of the recogniser, and confirmed");

    /// <param name="outcome"><c>raised</c>, then <c>confirmed</c> or <c>withdrawn</c>.</param>
    internal static void CountEarly(string outcome, string rule) =>
        EarlyAlerts.Add(1, new KeyValuePair<string, object?>("outcome", outcome), new KeyValuePair<string, object?>("rule", rule));

    /// <summary>
    /// Makes the counts known that should read 0 before the first: a rate that begins with its first increment misses it.
    /// </summary>
    public static void Announce()
    {
        foreach (var kind in ShedKinds) Shed.Add(0, new KeyValuePair<string, object?>("kind", kind));
        Dropped.Add(0);
        Audio.Add(0);
        OpenCalls.Add(0);
    }
}
