using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Host.Live;

// What the hub's stream Follow carries. Every message has a kind; docs/api.md describes them.

/// <summary>Everything as it was after the feed's event <paramref name="Sequence"/>.</summary>
/// <param name="Missed">The page knew an earlier state and events were lost in between.</param>
internal sealed record SnapshotMessage(long Sequence, bool Missed, IReadOnlyList<CallSummary> Calls, IReadOnlyList<AlertSummary> Alerts,
    ServerState Server)
{
    public string Kind => "snapshot";
}

/// <summary>The page goes on where it was; <paramref name="CaughtUp"/> events follow at once.</summary>
internal sealed record ResumedMessage(long Sequence, int CaughtUp)
{
    public string Kind => "resumed";
}

/// <param name="LagSeconds">See <see cref="TranscriptionLag"/>.</param>
internal sealed record EventsMessage(IReadOnlyList<FeedItem> Items, double LagSeconds)
{
    public string Kind => "events";
}

/// <summary>Nothing happened; the connection lives.</summary>
internal sealed record PulseMessage(double LagSeconds, long Sequence)
{
    public string Kind => "pulse";
}

/// <param name="Started">When this server started, ISO 8601; sequence numbers are of this run.</param>
internal sealed record ServerState(string Started, string Version, double LagSeconds);

/// <summary>A call as lists show it.</summary>
/// <param name="State"><c>live</c> or <c>ended</c>.</param>
/// <param name="Line">The worse of its legs: <c>good</c>, <c>fair</c>, <c>poor</c>; null before it is known.</param>
/// <param name="CriticalOpen">Critical alerts nobody has handled.</param>
internal sealed record CallSummary(string Id, string? ExternalId, string? Agent, string? Queue, string Language,
    IReadOnlyList<Party> Parties,
    DateTimeOffset Started, double DurationSeconds, string State, string? Line, int CriticalOpen, int WarningOpen)
{
    /// <summary>Whose way of speaking is judged.</summary>
    public IReadOnlyList<Party> Inflection { get; init; } = [];

    /// <summary>Sound that yields nothing, as far as it is known.</summary>
    public IReadOnlyList<SoundWarning> Warnings { get; init; } = [];
}

/// <param name="Raised">Wall time.</param>
/// <param name="Withdrawn">Its final text did not hold it: it needs nobody.</param>
internal sealed record AlertSummary(string Call, string? Agent, string? Queue, AlertState State, DateTimeOffset Raised, AlertInfo Alert,
    StageClock? Clock, bool Withdrawn)
{
    /// <summary>Raised before its final text, which has not come yet.</summary>
    public bool Pending { get; init; }

    /// <summary>Who set the state last; null when nobody did.</summary>
    public string? By { get; init; }

    /// <summary>Why it was withdrawn; null when it was not.</summary>
    public string? Reason { get; init; }
}
