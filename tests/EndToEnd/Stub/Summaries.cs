using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.EndToEnd.Stub;

/// <summary>A call as a snapshot of the feed tells it.</summary>
public sealed record CallSummary(string Id, string? ExternalId, string? Agent, string? Queue, string Language, IReadOnlyList<Party> Parties,
    DateTimeOffset Started, double DurationSeconds, string State, string? Line, int CriticalOpen, int WarningOpen)
{
    public static CallSummary Of(CallStarted e) => new(e.Call, e.Description.ExternalId, e.Description.Agent, e.Description.Queue,
        e.Description.Language, e.Description.Parties, e.Description.Started, 0, "live", null, 0, 0);

    public CallSummary Count(Severity severity, int step) => severity switch
    {
        Severity.Critical => this with { CriticalOpen = CriticalOpen + step },
        Severity.Warning => this with { WarningOpen = WarningOpen + step },
        _ => this,
    };
}

/// <summary>An alert as a snapshot of the feed tells it.</summary>
public sealed record AlertSummary(string Call, string? Agent, string? Queue, string State, DateTimeOffset Raised, AlertInfo Alert,
    StageClock? Clock, bool Withdrawn, bool Pending = false, string? Reason = null);
