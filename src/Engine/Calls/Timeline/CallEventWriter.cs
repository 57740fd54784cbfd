using SpeechQA.Engine.Calls.Early;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Calls.Timeline;

/// <summary>Makes the events of a call of what its timeline has found, and publishes them. One caller at a time.</summary>
internal sealed class CallEventWriter(CallPublisher publisher)
{
    /// <summary>The end of the call was published.</summary>
    public bool HasEnded => publisher.HasEnded;

    /// <summary>How far the call has come, samples at 16 kHz: the time of events that have none of their own.</summary>
    public long Position { get; private set; }

    private double Now => AudioTime.Rounded(Position);

    /// <summary>A leg has decided something at a position.</summary>
    public void Pass(long position) => Position = Math.Max(Position, position);

    public void Start(CallDescription description) => publisher.Publish(new CallStarted(publisher.Call, publisher.Next, 0, description));

    /// <param name="revision">How often the utterance was given out before.</param>
    public void Final(Utterance u, int revision) => publisher.Publish(new TranscriptFinal(
        publisher.Call, publisher.Next, AudioTime.Rounded(u.Decided), u.Party, u.Index,
        AudioTime.Rounded(u.Start), AudioTime.Rounded(u.End), u.Text, u.Language, Math.Round(u.Confidence, 3),
        [.. u.Words.Select(WordInfo.Of)])
    {
        Leg = u.Leg,
        Revision = revision,
    });

    /// <param name="draft">As it may be shown.</param>
    public void Partial(TranscriptDraft draft)
    {
        var u = draft.SoFar;
        publisher.Publish(new TranscriptPartial(publisher.Call, publisher.Next, AudioTime.Rounded(u.Decided), u.Party, u.Index,
            AudioTime.Rounded(u.Start), AudioTime.Rounded(u.End), draft.Text)
        {
            Leg = u.Leg,
            Language = u.Language,
            Stable = draft.StableLength,
        });
    }

    public void Voice(InflectionMeasured measured) => publisher.Publish(
        new InflectionHeard(publisher.Call, publisher.Next, AudioTime.Rounded(measured.End), measured.Party, InflectionPoint.Of(measured))
        {
            Leg = measured.Leg,
        });

    public void Line(int leg, Party party, LineFacts line) => publisher.Publish(
        new LineQuality(publisher.Call, publisher.Next, Now, party, line) { Leg = leg });

    public void Warning(LineNote note) => publisher.Publish(LineWarning.Of(publisher.Call, publisher.Next, Now, note));

    public void Raised(Alert alert, StageClock? clock, bool early) => publisher.Publish(
        new AlertRaised(publisher.Call, publisher.Next, AudioTime.Rounded(alert.Decided), AlertInfo.Of(alert), clock) { Early = early });

    public void Confirmed(Alert alert, StageClock? clock) => publisher.Publish(
        new AlertConfirmed(publisher.Call, publisher.Next, AudioTime.Rounded(alert.Decided), alert.Id, AlertInfo.Of(alert), clock));

    public void Withdrawn(string id, LegEvent cause) => publisher.Publish(
        new AlertWithdrawn(publisher.Call, publisher.Next, AudioTime.Rounded(cause.Decided), id, EarlyAlerts.ReasonOf(cause)));

    public void StateChanged(AlertStateChange change) => publisher.Publish(
        new AlertStateChanged(publisher.Call, publisher.Next, Now, change.AlertId, change.State, change.By));

    /// <param name="shed">What the call went without; null: nothing.</param>
    public void Scored(CallFacts facts, IReadOnlyDictionary<string, long>? shed) => publisher.Publish(
        new CallScored(publisher.Call, publisher.Next, Now, facts) { Shed = shed });

    public void End(string reason) => publisher.Publish(new CallEnded(publisher.Call, publisher.Next, Now, reason));

    /// <inheritdoc cref="CallPublisher.EndByFault"/>
    public void EndByFault() => publisher.EndByFault(Now);
}
