using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Language;
using SpeechQA.Engine.Rules.Phrases;

namespace SpeechQA.Engine.Rules.Definitions;

/// <summary>
/// The closed family of conditions. To add a kind: a record here, a reader in <c>Reading/ConditionReader</c>, and its
/// state in <c>Running/</c>.
/// </summary>
public abstract record Condition
{
    private protected Condition()
    {
    }

    /// <summary>The conditions directly below.</summary>
    public virtual IReadOnlyList<Condition> Parts => [];
}

/// <summary>One of some phrases was said.</summary>
public sealed record PhraseCondition : Condition
{
    /// <summary>The phrases in all their languages.</summary>
    public required IReadOnlyList<Phrase> Phrases { get; init; }

    /// <summary>Overrides the rule's party; null: the rule's.</summary>
    public Party? Party { get; init; }

    /// <summary>When given, the parts of a phrase may come in any order within so many words.</summary>
    public int? Near { get; init; }

    /// <summary>How far what was heard may be from the phrases.</summary>
    public PhoneticTolerance Sound { get; init; }

    /// <summary>Below <c>none</c>: only a match that shares words with what it stands beside counts.</summary>
    public bool Touching { get; init; }
}

/// <summary>A phrase in one language.</summary>
public sealed class Phrase
{
    internal Phrase(SpokenLanguage language, string text, PatternNode pattern)
    {
        Language = language;
        Text = text;
        Pattern = pattern;
    }

    /// <summary>Its language: on a leg of another language it is not looked for.</summary>
    public SpokenLanguage Language { get; }

    /// <summary>As written in the rule.</summary>
    public string Text { get; }

    internal PatternNode Pattern { get; }
}

/// <summary>A phrase was not said by a deadline: from the start of the call, or from each time another was said.</summary>
public sealed record NotSaidCondition(PhraseCondition Phrase, TimeSpan By, PhraseCondition? After) : Condition
{
    /// <inheritdoc/>
    public override IReadOnlyList<Condition> Parts => After is null ? [Phrase] : [Phrase, After];
}

/// <summary>Nobody spoke for so long; music and tones are no speech.</summary>
public sealed record SilenceCondition(TimeSpan Longer) : Condition;

/// <summary>Two parties spoke at the same time for so long.</summary>
public sealed record TalkOverCondition(TimeSpan Longer) : Condition;

/// <summary>A turn of at least <paramref name="Over"/> was faster than the limit of its language.</summary>
/// <param name="WordsPerMinute">Limits by language code.</param>
public sealed record PaceCondition(TimeSpan Over, IReadOnlyDictionary<string, double> WordsPerMinute) : Condition
{
    /// <summary>Whose words or voice it is about; null: the rule's party.</summary>
    public Party? Party { get; init; }
}

/// <summary>A mark of the inflection model was set, or a window was judged at all.</summary>
public sealed record InflectionCondition(InflectionMark Mark) : Condition
{
    /// <summary>The line must have been no worse.</summary>
    public LineGrade Line { get; init; }

    /// <summary>Whose words or voice it is about; null: the rule's party.</summary>
    public Party? Party { get; init; }
}

/// <summary>What the inflection model marks; see its card.</summary>
public enum InflectionMark
{
    /// <summary>A middling score together with a raised voice.</summary>
    Watch,

    /// <summary>The strict alert: a high score, whatever the voice was like before.</summary>
    Alert,

    /// <summary>Any window that the model judged, whatever it heard: for seeing that it listens, and for measuring.</summary>
    Any,
}

/// <summary>A voice was raised against the party's own calm speech, in two windows in a row: evidence, but no proof of anger.</summary>
/// <param name="Semitones">Least change of pitch.</param>
/// <param name="Decibels">Least change of level; null: as the engine has it, level or effort.</param>
public sealed record RaisedVoiceCondition(double Semitones, double? Decibels) : Condition
{
    /// <summary>The line must have been no worse.</summary>
    public LineGrade Line { get; init; }

    /// <summary>Whose words or voice it is about; null: the rule's party.</summary>
    public Party? Party { get; init; }
}

/// <summary>An utterance means what a ready intent of the text model is about, or what some examples mean.</summary>
public sealed record MeaningCondition : Condition
{
    /// <summary>Name of the intent; null: the examples say it.</summary>
    public string? Intent { get; init; }

    /// <summary>Of an intent: the threshold with 0.2 % false alarms on the model's dev split, in place of 1 %.</summary>
    public bool Strict { get; init; }

    /// <summary>Utterances with the meaning, any language of the model.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>Utterances with the same words and another meaning.</summary>
    public IReadOnlyList<string> Unlike { get; init; } = [];

    /// <summary>What the output must exceed; null: the intent's own, or set on the model's background.</summary>
    public double? Threshold { get; init; }

    /// <summary>What an intent's output must exceed.</summary>
    internal double LimitOf(TextModels.IntentHead head) => Threshold ?? (Strict ? head.ThresholdStrict : head.Threshold);

    /// <summary>Of examples: the share of the background that may fire, 0..1; null: the model's own.</summary>
    public double? FalseAlarms { get; init; }

    /// <summary>Whose words or voice it is about; null: the rule's party.</summary>
    public Party? Party { get; init; }
}

/// <summary>The words of an utterance are negative or positive, or a party's words have become so over the call.</summary>
/// <param name="OfCall">The level smoothed over the party's utterances; fires when it crosses the limit.</param>
public sealed record SentimentCondition(bool OfCall) : Condition
{
    /// <summary>-1..1; one of the two limits is given.</summary>
    public double? Below { get; init; }

    /// <inheritdoc cref="Below"/>
    public double? Above { get; init; }

    /// <summary>Whose words or voice it is about; null: the rule's party.</summary>
    public Party? Party { get; init; }
}

/// <summary>A secret was spoken.</summary>
/// <param name="Kinds">See <see cref="Conversation.SecretKind"/>, or names of patterns of the rules' own.</param>
public sealed record SecretCondition(IReadOnlyList<string> Kinds) : Condition
{
    /// <summary>Whose words or voice it is about; null: the rule's party.</summary>
    public Party? Party { get; init; }
}

/// <summary>One of some other rules found something, also while its cool-down keeps it quiet.</summary>
/// <param name="Rules">Their ids.</param>
public sealed record FiredCondition(IReadOnlyList<string> Rules) : Condition;

/// <summary>All, in any order, within a stretch of time; and none of what <see cref="NoneCondition"/> names beside them.</summary>
/// <param name="Overlapping">They must share time, as a word and the sentence that means something do.</param>
public sealed record AllCondition(IReadOnlyList<Condition> Of, TimeSpan Within, bool Overlapping = false) : Condition
{
    /// <inheritdoc/>
    public override IReadOnlyList<Condition> Parts => Of;
}

/// <summary>At least one.</summary>
public sealed record AnyCondition(IReadOnlyList<Condition> Of) : Condition
{
    /// <inheritdoc/>
    public override IReadOnlyList<Condition> Parts => Of;
}

/// <summary>Stands in <see cref="AllCondition"/> only: takes away what has one of these beside it.</summary>
public sealed record NoneCondition(IReadOnlyList<Condition> Of) : Condition
{
    /// <inheritdoc/>
    public override IReadOnlyList<Condition> Parts => Of;
}

/// <summary>One after another, from the first's start to the last's end within a stretch of time.</summary>
public sealed record SequenceCondition(IReadOnlyList<Condition> Of, TimeSpan Within) : Condition
{
    /// <inheritdoc/>
    public override IReadOnlyList<Condition> Parts => Of;
}
