using SpeechQA.Engine.Rules.Compiled;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>A phrase with <c>near</c>: the newest of each part, when together they cover no more than N words.</summary>
internal sealed class NearState(int near) : ConditionState
{
    private readonly Dictionary<int, Occurrence?[]> _parts = [];

    public override void CopyFrom(ConditionState other)
    {
        foreach (var (phrase, parts) in ((NearState)other)._parts) _parts[phrase] = [.. parts];
    }

    /// <summary>The whole phrase, once its parts were near each other.</summary>
    public override void Take(RuleNode from, Occurrence found) => Raise(found);

    /// <summary>Takes one part of one phrase; the answer covers all parts once they are near each other.</summary>
    public WordSpan? Complete(PhraseUse part, Occurrence found, int parts)
    {
        if (!_parts.TryGetValue(part.Number, out var newest)) _parts[part.Number] = newest = new Occurrence?[parts];
        newest[part.Part] = found;
        var all = found.Words!.Value;
        for (var i = 0; i < newest.Length; i++)
        {
            if (newest[i]?.Words is not { } words) return null;
            if (i != part.Part && words.First <= found.Words.Value.Last && found.Words.Value.First <= words.Last) return null;
            all = WordSpan.Union(all, words);
        }
        return all.Last - all.First < near ? all : null;
    }
}
