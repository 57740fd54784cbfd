using System.Text.Json.Serialization;

namespace SpeechQA.Engine.Conversation;

/// <summary>
/// When an alert passed its stages, wall time. <c>captured</c> is the arrival of the last packet of the evidence; every
/// other stage is milliseconds after it. Null: the stage does not exist for this alert (a silence has no words).
/// </summary>
public sealed record StageClock
{
    public required DateTimeOffset Captured { get; init; }
    public double? VoicedMs { get; init; }
    public double? QueuedMs { get; init; }
    public double? InferredMs { get; init; }
    public required double MatchedMs { get; init; }

    /// <summary>Handed to the subscribers; a subscriber's own delivery adds its time to this.</summary>
    public double? PublishedMs { get; init; }

    /// <summary>
    /// <see cref="Captured"/> as a stamp of the engine's <see cref="TimeProvider"/>, which no change of the clock moves; 0 when not known.
    /// </summary>
    [JsonIgnore]
    public long CapturedStamp { get; init; }
}
