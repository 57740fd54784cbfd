namespace SpeechQA.Engine.Conversation;

/// <summary>What an alert rests on, in three words: the label of metrics, so that their number stays bounded.</summary>
public static class AlertKind
{
    /// <summary>Words alone: it waits for a text.</summary>
    public const string Phrase = "phrase";

    /// <summary>The voice alone: it waits for a window of the inflection model.</summary>
    public const string Inflection = "inflection";

    /// <summary>Silence, talk-over, pace, what was not said, and mixtures.</summary>
    public const string Other = "other";

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<string> All { get; } = [Phrase, Inflection, Other];

    /// <summary>The kind of an alert.</summary>
    public static string Of(Alert alert) => Of(alert.Evidence, e => e.Kind);

    /// <summary>The kind of an alert.</summary>
    public static string Of(AlertInfo alert) => Of(alert.Evidence, e => e.Kind);

    private static string Of<T>(IReadOnlyList<T> evidence, Func<T, string> kind) =>
        evidence.Count == 0 ? Other
        : evidence.All(e => kind(e) is "phrase" or "meaning" or "sentiment" or "secret") ? Phrase
        : evidence.All(e => kind(e) is "inflection" or "raisedVoice") ? Inflection
        : Other;
}
