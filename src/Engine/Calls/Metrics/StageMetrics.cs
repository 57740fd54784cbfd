using System.Diagnostics.Metrics;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Calls.Metrics;

/// <summary>
/// Where the time of alerts and transcripts goes, as histograms in seconds. All values of labels are fixed.
/// </summary>
public static class StageMetrics
{
    /// <summary>Name of <see cref="Stage"/>.</summary>
    public const string StageName = "speechqa.alert.stage";

    /// <summary>Name of <see cref="Latency"/>.</summary>
    public const string LatencyName = "speechqa.alert.latency";

    /// <summary>Name of <see cref="TranscriptLag"/>.</summary>
    public const string LagName = "speechqa.transcript.lag";

    private static readonly Meter Meter = new(EngineMetrics.MeterName);

    /// <summary>
    /// The limits that are promised (30 and 80 ms, 0.7 and 1.5 s, 2 s) are borders, so that shares within them are exact.
    /// </summary>
    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.15, 0.3, 0.5, 0.7, 1, 1.5, 2, 5, 10],
    };

    /// <summary>From the stage before to this one, of each alert.</summary>
    public static readonly Histogram<double> Stage = Meter.CreateHistogram(StageName, "s",
        "From the stage before to this one, of each alert", advice: Buckets);

    /// <summary>
    /// From the arrival of the last packet of an alert's evidence until it was published, and until it was delivered to a page.
    /// </summary>
    public static readonly Histogram<double> Latency = Meter.CreateHistogram(LatencyName, "s",
        "From the arrival of the last packet of an alert's evidence until it was published, and until it was delivered to a page",
            advice: Buckets);

    /// <summary>From the arrival of the last voiced packet of an utterance to its final transcript.</summary>
    public static readonly Histogram<double> TranscriptLag = Meter.CreateHistogram(LagName, "s",
        "From the arrival of the last voiced packet of an utterance to its final transcript", advice: Buckets);

    /// <summary>From the arrival of the last packet of an utterance to its text.</summary>
    public static readonly Histogram<double> Inferred = Meter.CreateHistogram("speechqa.utterance.inferred", "s",
        "From the arrival of the last packet of an utterance to its text", advice: Buckets);

    /// <summary>An alert was handed to the subscribers.</summary>
    internal static void Published(string kind, StageClock clock)
    {
        var before = 0.0;
        Record(kind, "voiced", clock.VoicedMs, ref before);
        Record(kind, "queued", clock.QueuedMs, ref before);
        Record(kind, "inferred", clock.InferredMs, ref before);
        Record(kind, "matched", clock.MatchedMs, ref before);
        if (clock.PublishedMs is not { } published) return;
        Record(kind, "published", published, ref before);
        Latency.Record(published / 1000, new("kind", kind), new("until", "published"));
    }

    /// <summary>An alert was taken by the connection of one subscriber.</summary>
    /// <param name="sinceCaptured">Since the arrival of the last packet of its evidence.</param>
    public static void Delivered(string kind, StageClock clock, TimeSpan sinceCaptured)
    {
        var before = clock.PublishedMs ?? clock.MatchedMs;
        Record(kind, "delivered", sinceCaptured.TotalMilliseconds, ref before);
        Latency.Record(sinceCaptured.TotalSeconds, new("kind", kind), new("until", "delivered"));
    }

    // A text may be there before the pause that makes it final: then the wait belongs to the stage that came last.
    private static void Record(string kind, string stage, double? at, ref double before)
    {
        if (at is not { } ms) return;
        Stage.Record(Math.Max(0, ms - before) / 1000, new("kind", kind), new("stage", stage));
        before = Math.Max(before, ms);
    }
}
