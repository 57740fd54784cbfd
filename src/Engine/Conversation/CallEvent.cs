using System.Text.Json.Serialization;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Conversation;

/// <summary>
/// The closed family of what happens in a call. The same JSON names (<c>type</c>: <c>call.started</c>, ...) are used by
/// the command line, the API, the hub and the store.
/// </summary>
/// <param name="Call">The call's id.</param>
/// <param name="Sequence">1, 2, 3 ... within the call, without holes.</param>
/// <param name="Time">Audio time of the event, seconds since the start of the call.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(CallStarted), "call.started")]
[JsonDerivedType(typeof(TranscriptPartial), "transcript.partial")]
[JsonDerivedType(typeof(TranscriptFinal), "transcript.final")]
[JsonDerivedType(typeof(LineQuality), "line.quality")]
[JsonDerivedType(typeof(LineWarning), "line.warning")]
[JsonDerivedType(typeof(InflectionHeard), "inflection")]
[JsonDerivedType(typeof(AlertRaised), "alert.raised")]
[JsonDerivedType(typeof(AlertConfirmed), "alert.confirmed")]
[JsonDerivedType(typeof(AlertWithdrawn), "alert.withdrawn")]
[JsonDerivedType(typeof(AlertStateChanged), "alert.state")]
[JsonDerivedType(typeof(CallScored), "call.scored")]
[JsonDerivedType(typeof(CallEnded), "call.ended")]
public abstract record CallEvent(string Call, long Sequence, double Time);

/// <summary>The call has opened.</summary>
public sealed record CallStarted(string Call, long Sequence, double Time, CallDescription Description)
    : CallEvent(Call, Sequence, Time);

/// <summary>Words so far of speech that goes on; replaced by the next partial or the final of the same utterance.</summary>
public sealed record TranscriptPartial(string Call, long Sequence, double Time, Party Party, int Utterance, double Start, double End,
    string Text)
    : CallEvent(Call, Sequence, Time)
{
    /// <inheritdoc cref="TranscriptFinal.Leg"/>
    public required int Leg { get; init; }

    /// <summary>Language code; while it stays the same, the stable text of an utterance is only added to.</summary>
    public string Language { get; init; } = "";

    /// <summary>
    /// How many characters of <see cref="Text"/>, from the first on, will not change before the final (but may yet be masked).
    /// </summary>
    public int Stable { get; init; }
}

/// <summary>The final text of an utterance. Secrets are masked; see <see cref="Revision"/>.</summary>
public sealed record TranscriptFinal(string Call, long Sequence, double Time, Party Party, int Utterance, double Start, double End,
    string Text, string Language, double Confidence, IReadOnlyList<WordInfo> Words)
    : CallEvent(Call, Sequence, Time)
{
    /// <summary>Index of the leg; with <see cref="Utterance"/> it names the utterance.</summary>
    public required int Leg { get; init; }

    /// <summary>
    /// 0, or how often the utterance was given out before: a number may be masked until it is known whether it is a secret.
    /// The newest replaces the others.
    /// </summary>
    public int Revision { get; init; }
}

/// <summary>What the line of a leg was like since the last such event.</summary>
public sealed record LineQuality(string Call, long Sequence, double Time, Party Party, LineFacts Line)
    : CallEvent(Call, Sequence, Time)
{
    /// <summary>Index of the leg: two legs may be of the same party.</summary>
    public required int Leg { get; init; }
}

/// <summary>
/// Sound of a leg, or of the whole source, that yields nothing: told once for each leg and kind, as soon as it is known, and
/// once more with <see cref="Over"/> when sound came after all. The members are those of <see cref="SoundWarning"/>.
/// </summary>
public sealed record LineWarning(string Call, long Sequence, double Time, int? Leg, Party Party, string Kind, double Start, double? Seconds)
    : CallEvent(Call, Sequence, Time)
{
    /// <inheritdoc cref="SoundWarning"/>
    public required string Cause { get; init; }

    /// <inheritdoc cref="SoundWarning"/>
    public required string Remedy { get; init; }

    /// <summary>The warning of this leg and kind is taken back.</summary>
    public bool Over { get; init; }

    /// <summary>The members of the event as they stand in facts.</summary>
    [JsonIgnore]
    public SoundWarning Warning => new(Leg, Party, Kind, Start, Seconds, Cause, Remedy);

    internal static LineWarning Of(string call, long sequence, double time, LineNote note)
    {
        var warning = note.Warning;
        return new LineWarning(call, sequence, time, warning.Leg, warning.Party, warning.Kind, warning.Start, warning.Seconds)
        {
            Cause = warning.Cause,
            Remedy = warning.Remedy,
            Over = note.Over,
        };
    }
}

/// <summary>How a party spoke in the 3 s up to <see cref="CallEvent.Time"/>: a point of the mood curve, at most one every 0.5 s.</summary>
public sealed record InflectionHeard(string Call, long Sequence, double Time, Party Party, InflectionPoint Inflection)
    : CallEvent(Call, Sequence, Time)
{
    /// <inheritdoc cref="LineQuality.Leg"/>
    public required int Leg { get; init; }
}

/// <summary>A rule has fired.</summary>
public sealed record AlertRaised(string Call, long Sequence, double Time, AlertInfo Alert, StageClock? Clock)
    : CallEvent(Call, Sequence, Time)
{
    /// <summary>Raised while the utterance was still being spoken: it will be confirmed or withdrawn by its final text.</summary>
    public bool Early { get; init; }
}

/// <summary>The final text holds what an early alert was raised for.</summary>
/// <param name="AlertId"><see cref="AlertInfo.Id"/> of that alert.</param>
/// <param name="Alert">The alert with the same id and the evidence of the final text.</param>
/// <param name="Clock">That of the final; the delay that a person saw is that of <see cref="AlertRaised"/>.</param>
public sealed record AlertConfirmed(string Call, long Sequence, double Time, string AlertId, AlertInfo Alert, StageClock? Clock)
    : CallEvent(Call, Sequence, Time);

/// <summary>The final text does not hold what an early alert was raised for, or there is none.</summary>
/// <param name="Reason">For a person.</param>
public sealed record AlertWithdrawn(string Call, long Sequence, double Time, string AlertId, string Reason)
    : CallEvent(Call, Sequence, Time);

/// <summary>A person has seen an alert; also possible after <c>call.ended</c>.</summary>
/// <param name="AlertId"><see cref="AlertInfo.Id"/> of an alert of this call.</param>
/// <param name="By">Who, or null when it is not known.</param>
public sealed record AlertStateChanged(string Call, long Sequence, double Time, string AlertId, AlertState State, string? By)
    : CallEvent(Call, Sequence, Time);

/// <summary>What the call was like; comes just before <see cref="CallEnded"/>.</summary>
public sealed record CallScored(string Call, long Sequence, double Time, CallFacts Facts)
    : CallEvent(Call, Sequence, Time)
{
    /// <summary>
    /// What the call went without because the machine was behind, by kind: <c>partial</c>, <c>inflection</c>, <c>final</c>; null: nothing.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, long>? Shed { get; init; }
}

/// <summary>No more audio comes and everything that was said is transcribed; only <c>alert.state</c> may follow.</summary>
public sealed record CallEnded(string Call, long Sequence, double Time, string Reason)
    : CallEvent(Call, Sequence, Time);

/// <summary>A word with its times in seconds since the start of the call.</summary>
public sealed record WordInfo(string Text, double Start, double End, double Confidence)
{
    /// <summary>The word as it is written.</summary>
    public static WordInfo Of(SpokenWord word) =>
        new(word.Text.Trim(), AudioTime.Rounded(word.Start), AudioTime.Rounded(word.End), Math.Round(word.Confidence, 3));
}

/// <summary>What is known of a call when it opens.</summary>
/// <param name="ExternalId">The caller's own id of the call (of the telephony system), or null.</param>
/// <param name="Language">A language code, or <c>auto</c>.</param>
public sealed record CallDescription(string? ExternalId, string? Agent, string? Queue, string Language,
    IReadOnlyList<Party> Parties, DateTimeOffset Started)
{
    /// <summary>Whose way of speaking is judged.</summary>
    public IReadOnlyList<Party> Inflection { get; init; } = [];
}

/// <summary>Line quality of a leg; null where it cannot be known (recordings).</summary>
/// <param name="LossPercent">Packets lost of those expected, 0..100.</param>
/// <param name="JitterMs">Interarrival jitter, RFC 3550 section 6.4.1.</param>
/// <param name="DroppedSeconds">Audio dropped here because the leg's pipe was full.</param>
/// <param name="LevelDbov">Speech level, dB relative to a full-scale square wave.</param>
public sealed record LineFacts(double? LossPercent, double? JitterMs, double DroppedSeconds, double? LevelDbov)
{
    /// <summary><c>good</c>, <c>fair</c> or <c>poor</c>: for a person.</summary>
    public required string Rating { get; init; }
}

/// <summary>An alert as it is shown and stored; times in seconds since the start of the call.</summary>
/// <param name="Id">Unique within the call: <c>rule-number</c>.</param>
public sealed record AlertInfo(string Id, string Rule, string Version, string Name, Severity Severity, Party Party,
    double Start, double End, string Summary, IReadOnlyList<EvidenceInfo> Evidence)
{
    /// <summary>Index of the leg it is about; null when it is about the call.</summary>
    public int? Leg { get; init; }

    /// <summary>The alert as it is written.</summary>
    public static AlertInfo Of(Alert a) => new(a.Id, a.Rule, a.Version, a.Name, a.Severity, a.Party,
        AudioTime.Rounded(a.Start), AudioTime.Rounded(a.End), a.Summary, [.. a.Evidence.Select(EvidenceInfo.Of)])
    {
        Leg = a.Leg < 0 ? null : a.Leg,
    };
}

/// <summary>
/// What an alert rests on; times in seconds since the start of the call. The members are those of <see cref="Conversation.Evidence"/>.
/// </summary>
public sealed record EvidenceInfo(string Kind, Party Party, double Start, double End, string? Text, string? Pattern, string How,
    double? Value, double? Limit, string? Unit, double? Confidence)
{
    /// <summary>Index of the leg it was found on; null when it is about the call.</summary>
    public int? Leg { get; init; }

    /// <summary>The evidence as it is written.</summary>
    public static EvidenceInfo Of(Evidence e) => new(e.Kind, e.Party, AudioTime.Rounded(e.Start), AudioTime.Rounded(e.End),
        e.Text, e.Pattern, e.How, Rounded(e.Value), Rounded(e.Limit), e.Unit, Rounded(e.Confidence))
    {
        Leg = e.Leg < 0 ? null : e.Leg,
    };

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known, 3) : null;
}
