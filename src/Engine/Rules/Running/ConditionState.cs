using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>What one condition of one rule remembers of one call. Occurrences come from its children and go to its parent.</summary>
internal abstract class ConditionState
{
    /// <summary>Most occurrences of one child that are kept; older ones could only lengthen a match.</summary>
    protected const int Kept = 16;

    public RuleNode Node { get; private init; } = null!;
    private RuleState _rule = null!;

    public static ConditionState Of(RuleNode node, CompiledRule compiled, RuleState rule)
    {
        ConditionState state = node.Condition switch
        {
            PhraseCondition { Near: { } near } => new NearState(near) { Node = node },
            NotSaidCondition notSaid => new NotSaidState(notSaid) { Node = node },
            AllCondition all => new AllState(all) { Node = node },
            SequenceCondition sequence => new SequenceState(sequence, compiled.ChildrenOf(node)) { Node = node },
            NoneCondition => new NoneState { Node = node },
            _ => new PassState { Node = node },
        };
        state._rule = rule;
        return state;
    }

    /// <summary>Takes what a child found, or, at a leaf, what was found in the events.</summary>
    public abstract void Take(RuleNode from, Occurrence found);

    /// <summary>Takes over what another state of the same condition remembers.</summary>
    public virtual void CopyFrom(ConditionState other)
    {
    }

    protected void Raise(Occurrence found) => _rule.Raise(Node, found);

    protected ConditionState Parent => _rule[Node.Parent];

    protected static void Keep(List<Occurrence> list, Occurrence found)
    {
        if (list.Count == Kept) list.RemoveAt(0);
        list.Add(found);
    }
}

/// <summary>Leaves, and <c>any</c>: what is found is what is meant.</summary>
internal sealed class PassState : ConditionState
{
    public override void Take(RuleNode from, Occurrence found) => Raise(found);
}

/// <summary><c>none</c>: what is found takes away from the <c>all</c> it stands in.</summary>
internal sealed class NoneState : ConditionState
{
    public override void Take(RuleNode from, Occurrence found) => ((AllState)Parent).Exclude(found);
}

/// <summary><c>all</c>: the latest of each child, when they lie within the stretch and nothing takes them away.</summary>
internal sealed class AllState : ConditionState
{
    private readonly long _within;
    private readonly SortedDictionary<int, List<Occurrence>> _found = [];
    private readonly bool _overlapping;
    private readonly int _wanted;
    private readonly List<Occurrence> _excluding = [];

    public AllState(AllCondition all)
    {
        _within = AudioTime.Position(all.Within.TotalSeconds);
        _overlapping = all.Overlapping;
        _wanted = all.Of.Count(c => c is not NoneCondition);
    }

    public override void CopyFrom(ConditionState other)
    {
        var all = (AllState)other;
        foreach (var (child, list) in all._found) _found[child] = [.. list];
        _excluding.AddRange(all._excluding);
    }

    public void Exclude(Occurrence by)
    {
        Keep(_excluding, by);
        foreach (var list in _found.Values) list.RemoveAll(by.Excludes);
    }

    public override void Take(RuleNode from, Occurrence found)
    {
        if (_excluding.Exists(by => by.Excludes(found))) return;
        if (_wanted == 1)
        {
            Raise(found);
            return;
        }
        if (!_found.TryGetValue(from.Index, out var own)) _found[from.Index] = own = [];
        Keep(own, found);
        var together = new List<Occurrence>();
        foreach (var (child, list) in _found)
        {
            var fitting = child == from.Index ? found : list.FindLast(o => Fits(o, found));
            if (fitting is not null) together.Add(fitting);
        }
        if (together.Count < _wanted) return;
        var union = Occurrence.Union(together);
        if (union.End - union.Start <= _within) Raise(union);
    }

    private bool Fits(Occurrence one, Occurrence other) =>
        Math.Max(one.End, other.End) - Math.Min(one.Start, other.Start) <= _within
            && (!_overlapping || (one.Start < other.End && other.Start < one.End));
}

/// <summary><c>sequence</c>: the tightest chain of all children around the newest occurrence.</summary>
internal sealed class SequenceState(SequenceCondition sequence, IReadOnlyList<int> children) : ConditionState
{
    private readonly long _within = AudioTime.Position(sequence.Within.TotalSeconds);
    private readonly List<Occurrence>[] _found = [.. children.Select(_ => new List<Occurrence>())];

    public override void CopyFrom(ConditionState other)
    {
        for (var i = 0; i < _found.Length; i++) _found[i].AddRange(((SequenceState)other)._found[i]);
    }

    public override void Take(RuleNode from, Occurrence found)
    {
        var place = Enumerable.Range(0, children.Count).First(i => children[i] == from.Index);
        Keep(_found[place], found);
        var chain = new Occurrence[_found.Length];
        chain[place] = found;
        for (var i = place - 1; i >= 0; i--)
        {
            if (_found[i].FindLast(chain[i + 1].Follows) is not { } before) return;
            chain[i] = before;
        }
        for (var i = place + 1; i < chain.Length; i++)
        {
            if (_found[i].Find(o => o.Follows(chain[i - 1])) is not { } after) return;
            chain[i] = after;
        }
        var union = Occurrence.Union(chain);
        if (union.End - union.Start <= _within) Raise(union);
    }
}
