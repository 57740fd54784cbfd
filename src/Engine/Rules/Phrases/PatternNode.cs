namespace SpeechQA.Engine.Rules.Phrases;

/// <summary>The parsed form of a phrase: what may be said, over normalised words.</summary>
internal abstract record PatternNode
{
    /// <summary>True when no word at all satisfies it.</summary>
    public abstract bool MayBeEmpty { get; }

    /// <summary>True when a match may begin (end) with a gap; two gaps must not meet.</summary>
    public virtual bool MayBeginWithGap => false;
    public virtual bool MayEndWithGap => false;

    /// <summary>Most words of a match, a gap counted with <see cref="GapNode.MostWords"/>.</summary>
    public abstract int LongestMatch { get; }
}

/// <summary>One word: as written, or any of its forms.</summary>
/// <param name="Forms">The folded forms of <c>word~</c>; null for the word as written.</param>
internal sealed record WordNode(string Token, IReadOnlySet<string>? Forms) : PatternNode
{
    /// <summary>The rule's own spelling; empty when it belongs to the word before (<c>don't</c> is two words).</summary>
    public string Written { get; init; } = Token;

    public override bool MayBeEmpty => false;
    public override int LongestMatch => 1;

    public bool Matches(string word) => Forms is null ? Token == word : Forms.Contains(word);
}

/// <summary><c>*</c>: none to three words of any kind.</summary>
internal sealed record GapNode : PatternNode
{
    public const int MostWords = 3;

    public override bool MayBeEmpty => true;
    public override bool MayBeginWithGap => true;
    public override bool MayEndWithGap => true;
    public override int LongestMatch => MostWords;
}

/// <summary>Items one after another.</summary>
internal sealed record SequenceNode(IReadOnlyList<PatternNode> Items) : PatternNode
{
    public override bool MayBeEmpty { get; } = Items.All(i => i.MayBeEmpty);
    public override bool MayBeginWithGap { get; } = Touches(Items, i => i.MayBeginWithGap);
    public override bool MayEndWithGap { get; } = Touches(Items.Reverse(), i => i.MayEndWithGap);
    public override int LongestMatch { get; } = Items.Sum(i => i.LongestMatch);

    /// <summary>True when two gaps could come directly after one another somewhere inside.</summary>
    public bool GapsMeet()
    {
        for (var i = 0; i < Items.Count; i++)
        {
            if (!Items[i].MayEndWithGap) continue;
            for (var j = i + 1; j < Items.Count; j++)
            {
                if (Items[j].MayBeginWithGap) return true;
                if (!Items[j].MayBeEmpty) break;
            }
        }
        return false;
    }

    private static bool Touches(IEnumerable<PatternNode> items, Func<PatternNode, bool> gap)
    {
        foreach (var item in items)
        {
            if (gap(item)) return true;
            if (!item.MayBeEmpty) return false;
        }
        return false;
    }
}

/// <summary>One of several; <c>[x]</c> is a choice of <c>x</c> and nothing.</summary>
internal sealed record ChoiceNode(IReadOnlyList<PatternNode> Alternatives) : PatternNode
{
    public override bool MayBeEmpty { get; } = Alternatives.Any(a => a.MayBeEmpty);
    public override bool MayBeginWithGap { get; } = Alternatives.Any(a => a.MayBeginWithGap);
    public override bool MayEndWithGap { get; } = Alternatives.Any(a => a.MayEndWithGap);
    public override int LongestMatch { get; } = Alternatives.Max(a => a.LongestMatch);
}
