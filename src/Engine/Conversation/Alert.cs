using System.Globalization;
using System.Text.Json.Serialization;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Conversation;

/// <summary>How much an alert needs a person. JSON: <c>info</c>, <c>warning</c>, <c>critical</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    /// <summary>Worth knowing.</summary>
    [JsonStringEnumMemberName(SeverityName.Info)] Info,

    /// <summary>Somebody should look.</summary>
    [JsonStringEnumMemberName(SeverityName.Warning)] Warning,

    /// <summary>Somebody must look now: it flashes on the live page.</summary>
    [JsonStringEnumMemberName(SeverityName.Critical)] Critical,
}

/// <summary>
/// A rule fired. Positions are samples at 16 kHz since the start of the call. An alert explains itself: the rule and its
/// version, the words or values with their times, and how the match was made.
/// </summary>
public sealed record Alert
{
    /// <summary>
    /// Unique within the call: rule, then number (<c>bill-2</c>); empty until it has one. A live call numbers alerts as they are
    /// raised, and which leg's come first hangs on the machine.
    /// </summary>
    public string Id { get; init; } = "";

    /// <summary>Id of the rule.</summary>
    public required string Rule { get; init; }

    /// <summary>Fingerprint of the rule's text: first 8 hex digits of its SHA-256.</summary>
    public required string Version { get; init; }

    /// <summary>The rule's name, for a person.</summary>
    public required string Name { get; init; }

    /// <summary>As the rule says.</summary>
    public required Severity Severity { get; init; }

    /// <summary>The party it is about; <see cref="Party.Unknown"/> when it is about the call (both parties).</summary>
    public required Party Party { get; init; }

    /// <summary>Leg index, or -1 when it is about the call.</summary>
    public required int Leg { get; init; }

    /// <summary>Start of the evidence.</summary>
    public required long Start { get; init; }

    /// <summary>End of the evidence.</summary>
    public required long End { get; init; }

    /// <summary>Audio position at which it was decided.</summary>
    public required long Decided { get; init; }

    /// <summary>One line for a person: <c>"cancel my contract"</c>, <c>both spoke for 2.1 s</c>.</summary>
    public required string Summary { get; init; }

    /// <summary>What was heard, in the order of the rule's conditions; at least one.</summary>
    public required IReadOnlyList<Evidence> Evidence { get; init; }

    /// <summary>The alert with the id that a number gives it.</summary>
    /// <param name="number">1, 2, 3 ... within the call.</param>
    public Alert Numbered(int number) => this with { Id = string.Create(CultureInfo.InvariantCulture, $"{Rule}-{number}") };
}

/// <summary>One piece of evidence. Positions are samples at 16 kHz since the start of the call.</summary>
public sealed record Evidence
{
    /// <summary>The condition: <c>phrase</c>, <c>notSaid</c>, <c>silence</c>, <c>talkOver</c>, <c>pace</c>, <c>meaning</c>, ...</summary>
    public required string Kind { get; init; }

    /// <summary>Who spoke.</summary>
    public required Party Party { get; init; }

    /// <summary>Index of the leg it was found on, or -1 when it is about the call.</summary>
    public required int Leg { get; init; }

    /// <summary>Start of the evidence.</summary>
    public required long Start { get; init; }

    /// <summary>End of the evidence.</summary>
    public required long End { get; init; }

    /// <summary>The words heard, as written in the transcript; null when it is not about words.</summary>
    public string? Text { get; init; }

    /// <summary>What of the rule matched, as written there.</summary>
    public string? Pattern { get; init; }

    /// <summary>How the match was made: <c>exact words</c>, <c>word form</c>, <c>measured</c>, ...</summary>
    public required string How { get; init; }

    /// <summary>The measured value, in <see cref="Unit"/>; null when there is none.</summary>
    public double? Value { get; init; }

    /// <summary>The limit of the rule, in <see cref="Unit"/>.</summary>
    public double? Limit { get; init; }

    /// <summary><c>s</c>, <c>words/min</c>, ...</summary>
    public string? Unit { get; init; }

    /// <summary>Recogniser's confidence in the words, 0..1.</summary>
    public double? Confidence { get; init; }
}
