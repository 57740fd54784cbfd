using System.Text.Json.Serialization;

namespace SpeechQA.Engine.Conversation;

/// <summary>
/// When an alert passed its stages, wall time. <c>captured</c> is the arrival of the last packet of the evidence; every
/// other stage is milliseconds after it. Null: the stage does not exist for this alert (a silence has no words).
/// </summary>
public sealed record StageClock
{
    /// <summary>Arrival of the last packet of the evidence.</summary>
    public required DateTimeOffset Captured { get; init; }

    /// <summary>Voice activity found the end of the speech.</summary>
    public double? VoicedMs { get; init; }

    /// <summary>Put into the recogniser's queue.</summary>
    public double? QueuedMs { get; init; }

    /// <summary>The text, or the score of the voice, was ready.</summary>
    public double? InferredMs { get; init; }

    /// <summary>A rule had fired.</summary>
    public required double MatchedMs { get; init; }

    /// <summary>Handed to the subscribers; a subscriber's own delivery adds its time to this.</summary>
    public double? PublishedMs { get; init; }

    /// <summary>
    /// <see cref="Captured"/> as a stamp of the engine's <see cref="TimeProvider"/>, which no change of the clock moves; 0 when not known.
    /// </summary>
    [JsonIgnore]
    public long CapturedStamp { get; init; }
}
