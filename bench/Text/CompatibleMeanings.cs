namespace SpeechQA.Bench.Text;

/// <summary>
/// Meanings that one utterance may rightly have at the same time: such a pair is no false alarm (as in <c>evaluate.py</c>).
/// </summary>
internal static class CompatibleMeanings
{
    private static readonly HashSet<(string Rule, string Said)> Pairs =
    [
        .. new[] { "legal_threat", "repeat_caller", "not_solved", "supervisor", "refund", "cancel", "late_delivery", "price_increase",
            "double_charge", "password_problem" }
            .Select(said => ("dissatisfied", said)),
        .. new[] { "repeat_caller", "dissatisfied", "password_problem", "late_delivery" }.Select(said => ("not_solved", said)),
        ("praise", "solved"), ("solved", "praise"), ("repeat_caller", "not_solved"), ("repeat_caller", "dissatisfied"),
        ("empathy", "hold"), ("hold", "empathy"), ("greeting", "hold"), ("greeting", "further_help"),
        ("refund", "cancel"), ("cancel", "refund"), ("refund", "double_charge"), ("double_charge", "refund"),
    ];

    /// <param name="rule">The meaning that is looked for.</param>
    /// <param name="said">The meaning that the utterance is labelled with.</param>
    public static bool May(string rule, string said) => Pairs.Contains((rule, said));
}
