using System.Collections.Frozen;

namespace SpeechQA.Bench.Scoring;

/// <summary>Which rule is to find which events of the truth files.</summary>
internal static class AlertMapping
{
    /// <summary>Rule id to event types.</summary>
    public static FrozenDictionary<string, string[]> Types { get; } = new Dictionary<string, string[]>
    {
        ["cancellation"] = ["cancellation_threat"],
        ["legal-threat"] = ["legal_threat", "regulator_threat"],
        ["supervisor-request"] = ["escalation_request"],
        ["repeat-call"] = ["repeat_call"],
        ["recording-notice"] = ["recording_notice_missing", "recording_notice_late"],
        ["hold-silence"] = ["hold_silence"],
        ["talk-over"] = ["talk_over"],
        ["agent-pace"] = ["agent_pace"],
        ["refund"] = ["refund_request"],
        ["sales-lead"] = ["sales_lead"],
        ["praise"] = ["satisfied"],
        ["dissatisfied"] = ["dissatisfied"],
        ["abusive-language"] = ["abusive_language"],
        ["customer-anger"] = ["anger"],
        ["rising-tension"] = ["anger"],
        ["card-spoken"] = ["card_number", "card_expiry", "cvv", "iban"],
    }.ToFrozenDictionary();

    /// <summary>The rules in groups of one kind of evidence, for sums.</summary>
    public static IReadOnlyList<(string Name, string[] Rules)> Groups { get; } =
    [
        ("timing", ["recording-notice", "hold-silence", "talk-over", "agent-pace"]),
        ("phrases", ["cancellation", "legal-threat", "supervisor-request", "repeat-call", "refund", "sales-lead", "praise", "dissatisfied",
            "abusive-language"]),
        ("voice", ["customer-anger", "rising-tension"]),
        ("secrets", ["card-spoken"]),
    ];

    public static bool Covers(string rule, string type) => Types.TryGetValue(rule, out var types) && types.Contains(type);

    /// <summary>The rules that are to find events of the type.</summary>
    public static string RulesOf(string type) =>
        string.Join(", ", Types.Where(t => t.Value.Contains(type)).Select(t => t.Key).Order(StringComparer.Ordinal));
}
