using System.Diagnostics.Metrics;

namespace SpeechQA.Engine.Calls;

/// <summary>What the engine counts (System.Diagnostics.Metrics, meter <c>SpeechQA.Engine</c>).</summary>
public static class EngineMetrics
{
    public const string MeterName = "SpeechQA.Engine";

    private static readonly Meter Meter = new(MeterName);

    public static readonly UpDownCounter<int> OpenCalls = Meter.CreateUpDownCounter<int>("speechqa.calls.open", "{call}", "Calls that are open now");
    public static readonly Counter<long> Utterances = Meter.CreateCounter<long>("speechqa.utterances", "{utterance}", "Utterances by outcome");
    public static readonly Counter<long> Alerts = Meter.CreateCounter<long>("speechqa.alerts", "{alert}", "Alerts raised, by rule");
    public static readonly Counter<long> EarlyAlerts = Meter.CreateCounter<long>("speechqa.alerts.early", "{alert}", "Alerts raised before their final text, by outcome and rule");
    public static readonly Counter<long> Shed = Meter.CreateCounter<long>("speechqa.shed", "{item}", "Work given up under load, by kind");
    public static readonly Counter<double> Dropped = Meter.CreateCounter<double>("speechqa.audio.dropped", "s", "Audio dropped because a leg did not keep up");
    public static readonly Counter<double> Audio = Meter.CreateCounter<double>("speechqa.audio", "s", "Audio of all legs");
    public static readonly Counter<long> Failures = Meter.CreateCounter<long>("speechqa.failures", "{failure}", "Errors inside the engine, by place");
    public static readonly Counter<long> SoundSteps = Meter.CreateCounter<long>("speechqa.sound.steps", "{step}", "Look-ups made to find phrases by their sound");
    public static readonly Counter<long> SoundCandidates = Meter.CreateCounter<long>("speechqa.sound.candidates", "{candidate}", "Readings found by sound: asked of the recogniser, and confirmed");
    public static readonly Histogram<double> CapturedToDelivered = Meter.CreateHistogram<double>("speechqa.alert.delivered", "ms",
        "From the arrival of the last packet of the evidence to the hand-over to subscribers");
    public static readonly Histogram<double> CapturedToInferred = Meter.CreateHistogram<double>("speechqa.utterance.inferred", "ms",
        "From the arrival of the last packet of an utterance to its text");

    /// <param name="outcome"><c>raised</c>, then <c>confirmed</c> or <c>withdrawn</c>.</param>
    internal static void CountEarly(string outcome, string rule) =>
        EarlyAlerts.Add(1, new KeyValuePair<string, object?>("outcome", outcome), new KeyValuePair<string, object?>("rule", rule));
}
