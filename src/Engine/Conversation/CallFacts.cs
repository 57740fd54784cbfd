using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Conversation;

/// <summary>
/// What a call was like, in plain figures and answers: who spoke how much and how fast, who cut in on whom, silence and
/// hold, how the words sounded, and what was said of the things a supervisor asks for. Everything follows from events of
/// the call in the merged order of its legs, never from the machine. The same JSON names in <c>call.scored</c> and
/// <c>analyze --json</c> (docs/api.md). Times and durations are seconds, times since the start of the call.
/// </summary>
public sealed record CallFacts
{
    /// <summary>Of the names and meanings of the members; a change of any counts it up.</summary>
    public const int Shape = 2;

    /// <summary>Fingerprint of <see cref="Shape"/> and of the phrases in force: <c>2-3f0a9c21</c>.</summary>
    public required string Version { get; init; }

    /// <summary>From the first to the last sample of the longer leg.</summary>
    public required double DurationSeconds { get; init; }

    /// <summary>Each leg: customers first, then agents, then whoever is not known.</summary>
    public required IReadOnlyList<PartyFacts> Parties { get; init; }

    /// <summary>Time in which both legs spoke at once; null for a call of one leg.</summary>
    public required double? OverlapSeconds { get; init; }

    /// <summary>Who cut in on whom, the first 100; null for a call of one leg.</summary>
    public required IReadOnlyList<Interruption>? Interruptions { get; init; }

    /// <summary>Stretches in which nobody spoke.</summary>
    public required SilenceFacts Silence { get; init; }

    /// <summary>Silences in which the agent let the caller wait.</summary>
    public required HoldFacts Hold { get; init; }

    /// <summary>Whether somebody said that the customer's problem is solved; null: nobody said anything about it.</summary>
    public required SaidFact ProblemResolved { get; init; }

    /// <summary>The agent said an opening formula in the first 30 s of its own speech.</summary>
    public required SaidFact Greeting { get; init; }

    /// <summary>The agent's side said that the call is recorded; the first evidence tells when.</summary>
    public required SaidFact RecordingNotice { get; init; }

    /// <summary>The agent asked whether there is anything else.</summary>
    public required SaidFact FurtherHelp { get; init; }

    /// <summary>The agent apologised or showed understanding, in words; the agent's voice is not listened to for this.</summary>
    public required SaidFact Empathy { get; init; }

    /// <summary>The agent said that somebody will call back or see to it later.</summary>
    public required SaidFact CallbackPromised { get; init; }

    /// <summary>Sound that yielded nothing, by start, leg and kind: what is missing from the figures above.</summary>
    public IReadOnlyList<SoundWarning> Warnings { get; init; } = [];
}

/// <summary>One leg of the call.</summary>
/// <param name="Leg">Index of the leg, 0 or 1.</param>
/// <param name="TalkSeconds">Speech, pauses under 0.6 s included.</param>
/// <param name="TalkShare">Of the speech of all legs, 0..1; null when nobody spoke.</param>
/// <param name="Words">As spoken: figures count as their digits.</param>
/// <param name="WordsPerMinute">Over <paramref name="TalkSeconds"/>; null under 5 s of speech.</param>
/// <param name="Interruptions">How often this leg cut in on the other; null for a call of one leg.</param>
/// <param name="Sentiment">Null when the text model is off or nothing was said.</param>
public sealed record PartyFacts(Party Party, int Leg, double TalkSeconds, double? TalkShare, int Words, double? WordsPerMinute,
    int? Interruptions, SentimentFacts? Sentiment);

/// <summary>How a party's words sound to the text model, -1 (negative) to 1 (positive); scores within ±0.1 count as 0.</summary>
/// <param name="Overall">Mean over the call, weighted by words.</param>
/// <param name="Quarters">The same in each quarter of the call's duration; null where the party began no sentence worth a word.</param>
/// <param name="End">The smoothed level after the last utterance.</param>
/// <param name="Lowest">The lowest smoothed level, -1..0.</param>
public sealed record SentimentFacts(double Overall, IReadOnlyList<double?> Quarters, double End, double Lowest);

/// <summary>A party began to speak into the other's words, and both spoke for at least 1 s.</summary>
/// <param name="ByLeg">Index of the leg that cut in.</param>
/// <param name="OfLeg">Index of the leg that was speaking.</param>
/// <param name="Seconds">How long both spoke.</param>
public sealed record Interruption(Party By, int ByLeg, Party Of, int OfLeg, double Start, double Seconds);

/// <summary>Stretches of 3 s and more between two words of anybody in which nobody spoke; hold is among them.</summary>
/// <param name="Share">Of the call's duration, 0..1; null for a call without duration.</param>
/// <param name="Longest">Null when there is none.</param>
public sealed record SilenceFacts(int Count, double Seconds, double? Share, TimeStretch? Longest);

/// <summary>A stretch of the call.</summary>
public sealed record TimeStretch(double Start, double End, double Seconds);

/// <summary>Silences in which the agent let the caller wait.</summary>
/// <param name="Stretches">The first 100.</param>
public sealed record HoldFacts(int Count, double Seconds, IReadOnlyList<HoldStretch> Stretches);

/// <summary>
/// A silence that follows the agent's request to wait, or that the agent ends with thanks for waiting, or in which music
/// played for 8 s or more.
/// </summary>
/// <param name="Sound"><c>silence</c>, or <c>music</c> where music or other sound was heard during at least half of it.</param>
/// <param name="Evidence">The request or the thanks; null when only the music tells.</param>
public sealed record HoldStretch(double Start, double End, double Seconds, string Sound, FactEvidence? Evidence);

/// <summary>Whether something was said.</summary>
/// <param name="Value">Null: cannot be known, because nobody who could have said it said a word in a language of the phrases.</param>
/// <param name="Evidence">At most five; what decides comes first.</param>
public sealed record SaidFact(bool? Value, IReadOnlyList<FactEvidence> Evidence)
{
    /// <summary>It cannot be known.</summary>
    public static SaidFact Unknown { get; } = new(null, []);
}

/// <summary>Words that a fact rests on.</summary>
/// <param name="Cue">What they are a sign of: the id of a rule of the facts file.</param>
/// <param name="Leg">Index of the leg on which they were said.</param>
/// <param name="Text">As transcribed, numbers that may be secrets masked.</param>
/// <param name="How"><c>words</c>: a phrase of the facts file; <c>meaning</c>: what the text model makes of the utterance.</param>
/// <param name="Pattern">The phrase, or the intent or example that it is near to.</param>
/// <param name="Value">Score of the meaning, not calibrated; null for words.</param>
/// <param name="Limit">Threshold of the meaning; null for words.</param>
public sealed record FactEvidence(string Cue, Party Party, int Leg, double Start, double End, string Text, string How,
    string? Pattern, double? Value, double? Limit);
