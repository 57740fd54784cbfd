namespace SpeechQA.Engine.Rules.Reading;

/// <summary>One mistake in a rule file.</summary>
/// <param name="File">Path as given.</param>
/// <param name="Line">1-based; 0 when it is about the file as a whole.</param>
/// <param name="Rule">Id of the rule, or null outside a rule.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record RuleError(string File, int Line, string? Rule, string Reason, string Remedy)
{
    /// <summary>One line for a person: <c>retention.yaml:12: rule cancellation: unknown key 'wen'; did you mean 'when'?</c></summary>
    public override string ToString() =>
        $"{File}{(Line > 0 ? $":{Line}" : "")}: {(Rule is null ? "" : $"rule {Rule}: ")}{Reason}; {Remedy}";
}
