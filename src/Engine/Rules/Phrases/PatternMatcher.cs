namespace SpeechQA.Engine.Rules.Phrases;

/// <summary>
/// Matches one phrase against given words by plain search: the reference for the automaton, and what tells afterwards
/// how an alert's words matched.
/// </summary>
internal static class PatternMatcher
{
    /// <summary>How the words satisfy the phrase.</summary>
    public enum Outcome
    {
        /// <summary>The words do not match.</summary>
        None,

        /// <summary>Every word as written in the rule.</summary>
        Exact,

        /// <summary>At least one word is another form of the rule's word.</summary>
        WordForm,
    }

    /// <summary>Whether all the words, from the first to the last, satisfy the phrase; the simplest reading wins.</summary>
    public static Outcome Match(PatternNode node, IReadOnlyList<string> words) =>
        Ends(node, words, [(0, Outcome.Exact)]).Where(e => e.At == words.Count).Select(e => e.How).DefaultIfEmpty().MinBy(Rank);

    /// <summary>Whether the words, from the first on, are the begin of a match that more words could complete.</summary>
    public static bool MayContinue(PatternNode node, IReadOnlyList<string> words) => Asks(node, words, [(0, Outcome.Exact)]);

    /// <summary>Whether a word of the phrase is wanted where the words end.</summary>
    private static bool Asks(PatternNode node, IReadOnlyList<string> words, HashSet<(int At, Outcome How)> from)
    {
        switch (node)
        {
            case WordNode:
                return from.Any(f => f.At == words.Count);
            case ChoiceNode choice:
                return choice.Alternatives.Any(a => Asks(a, words, from));
            case SequenceNode sequence:
                foreach (var item in sequence.Items)
                {
                    if (from.Count == 0) return false;
                    if (Asks(item, words, from)) return true;
                    from = Ends(item, words, from);
                }
                return false;
            default:
                return false;
        }
    }

    /// <summary>Where matches that begin at the given places end. A word that repeats the one before it may be passed over.</summary>
    private static HashSet<(int At, Outcome How)> Ends(PatternNode node, IReadOnlyList<string> words, HashSet<(int At, Outcome How)> from)
    {
        var ends = new HashSet<(int At, Outcome How)>();
        switch (node)
        {
            case WordNode word:
                foreach (var (at, how) in from)
                {
                    for (var i = at; i < words.Count; i++)
                    {
                        if (word.Matches(words[i])) ends.Add((i + 1, words[i] == word.Token ? how : Outcome.WordForm));
                        if (!Repeats(words, i)) break;
                    }
                }
                break;
            case GapNode:
                foreach (var (at, how) in from)
                {
                    var left = GapNode.MostWords;
                    for (var i = at; i <= words.Count; i++)
                    {
                        ends.Add((i, how));
                        if (i == words.Count || (!Repeats(words, i) && left-- == 0)) break;
                    }
                }
                break;
            case SequenceNode sequence:
                return sequence.Items.Aggregate(from, (at, item) => Ends(item, words, at));
            case ChoiceNode choice:
                foreach (var alternative in choice.Alternatives) ends.UnionWith(Ends(alternative, words, from));
                break;
        }
        return ends;
    }

    /// <summary>True for a word that repeats the one before it; words that no rule knows are empty and never do.</summary>
    private static bool Repeats(IReadOnlyList<string> words, int i) => i > 0 && words[i].Length > 0 && words[i] == words[i - 1];

    private static int Rank(Outcome how) => how switch { Outcome.Exact => 0, Outcome.WordForm => 1, _ => 2 };
}
