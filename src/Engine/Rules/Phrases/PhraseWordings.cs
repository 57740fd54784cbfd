namespace SpeechQA.Engine.Rules.Phrases;

/// <summary>
/// Some ways of saying a phrase, in the rule's own spelling: choices and optional parts one after another up to a bound,
/// <c>word~</c> in the form written. A gap ends a wording and begins another.
/// </summary>
internal static class PhraseWordings
{
    private const string Gap = "*";

    /// <summary>The pieces between gaps, without repetitions, in the order of the choices.</summary>
    /// <param name="most">Ways that are followed at most.</param>
    public static IReadOnlyList<string> Of(PatternNode pattern, int most)
    {
        var pieces = new List<string>();
        foreach (var way in Ways(pattern, most))
            pieces.AddRange(string.Join(' ', way.Where(w => w.Length > 0))
                .Split(Gap, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return [.. pieces.Distinct(StringComparer.Ordinal)];
    }

    private static List<string[]> Ways(PatternNode node, int most) => node switch
    {
        WordNode word => [[word.Written]],
        GapNode => [[Gap]],
        ChoiceNode choice => [.. choice.Alternatives.SelectMany(a => Ways(a, most)).Take(most)],
        SequenceNode sequence => sequence.Items.Aggregate(new List<string[]> { Array.Empty<string>() },
            (ways, item) => [.. Ways(item, most).SelectMany(next => ways.Select(way => (string[])[.. way, .. next])).Take(most)]),
        _ => throw new NotSupportedException(node.GetType().Name),
    };
}
