using SpeechQA.Engine.Calls.Early;
using SpeechQA.Engine.Calls.Metrics;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Secrets;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Calls.Timeline;

/// <summary>
/// Numbers what the rules of a call raise and tells it: early while words are still being spoken, then as a confirmation, a new
/// alert or a withdrawal.
/// </summary>
internal sealed class TimelineAlerts(int legs, CallEventWriter events, TimeProvider time)
{
    private readonly List<Alert> _raised = [];
    private readonly EarlyAlerts _early = new(legs);
    private int _number;

    /// <summary>Everything that is raised for good, in order.</summary>
    public IReadOnlyList<Alert> Raised => _raised;

    /// <summary>What was raised early on a leg and no final has judged yet.</summary>
    public IReadOnlyList<Alert> EarlyOf(int leg) => [.. _early.Open(leg)];

    /// <summary>Tells what words of an utterance under way have raised.</summary>
    public void RaiseEarly(ICollection<Alert> alerts, TranscriptDraft cause)
    {
        var matched = time.GetTimestamp();
        foreach (var alert in alerts.Select(AlertMask.Of).Select(Numbered))
        {
            _early.Add(alert);
            EngineMetrics.CountEarly("raised", alert.Rule);
            events.Raised(alert, ClockOf(AlertKind.Of(alert), cause.SoFar.Clock, matched, measure: true), early: true);
        }
    }

    /// <summary>Tells what an event has raised for good.</summary>
    public void Raise(ICollection<Alert> alerts, LegEvent cause)
    {
        var matched = time.GetTimestamp();
        var words = cause is UtteranceSpoken { Utterance.Clock: var c } ? c
            : new RecognitionClock(cause.Captured, 0, 0, cause is InflectionMeasured { Inferred: var inferred } ? inferred : 0);
        foreach (var unnumbered in alerts.Select(AlertMask.Of))
        {
            var early = _early.Confirm(unnumbered);
            var alert = early is null ? Numbered(unnumbered) : unnumbered with { Id = early.Id };
            _raised.Add(alert);
            EngineMetrics.Alerts.Add(1, new KeyValuePair<string, object?>("rule", alert.Rule));
            var clock = ClockOf(AlertKind.Of(alert), words, matched, measure: early is null);
            if (early is not null)
            {
                EngineMetrics.CountEarly("confirmed", alert.Rule);
                events.Confirmed(alert, clock);
            }
            else
            {
                events.Raised(alert, clock, early: false);
            }
        }
    }

    /// <summary>Takes back what an event has judged and its rules did not confirm.</summary>
    public void Withdraw(LegEvent cause)
    {
        foreach (var alert in _early.Judge(cause))
        {
            EngineMetrics.CountEarly("withdrawn", alert.Rule);
            events.Withdrawn(alert.Id, cause);
        }
    }

    private Alert Numbered(Alert alert) => alert.Numbered(++_number);

    /// <param name="measure">It is the first that is told of the alert.</param>
    private StageClock? ClockOf(string kind, RecognitionClock stamps, long matched, bool measure)
    {
        if (stamps.Captured == 0) return null;
        double? Since(long stamp) => stamp == 0 ? null : Math.Round(time.GetElapsedTime(stamps.Captured, stamp).TotalMilliseconds, 3);
        var now = time.GetTimestamp();
        var clock = new StageClock
        {
            Captured = time.GetUtcNow() - time.GetElapsedTime(stamps.Captured, now),
            CapturedStamp = stamps.Captured,
            VoicedMs = Since(stamps.Voiced),
            QueuedMs = Since(stamps.Queued),
            InferredMs = Since(stamps.Inferred),
            MatchedMs = Since(matched)!.Value,
            PublishedMs = Since(now),
        };
        if (measure) StageMetrics.Published(kind, clock);
        return clock;
    }
}
