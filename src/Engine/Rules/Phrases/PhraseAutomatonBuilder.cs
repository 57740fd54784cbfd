using System.Runtime.InteropServices;

namespace SpeechQA.Engine.Rules.Phrases;

/// <summary>
/// Builds a <see cref="PhraseAutomaton"/>: each phrase becomes a small graph of positions (Thompson), then the sets of
/// positions that can be reached together become the states (subset construction, gaps kept as edges of their own).
/// </summary>
internal sealed class PhraseAutomatonBuilder
{
    private readonly Dictionary<string, int> _vocabulary = new(StringComparer.Ordinal);
    private readonly List<Position> _positions = [new Position()];

    private sealed class Position
    {
        public List<(int Word, int To)>? Words;
        public List<int>? Empty;
        public int Gap = -1;
        public int Phrase = -1;
    }

    /// <summary>Adds a phrase; a match reports <paramref name="number"/>.</summary>
    public void Add(PatternNode pattern, int number)
    {
        var start = New();
        (_positions[0].Empty ??= []).Add(start);
        var end = New();
        Grow(pattern, start, end);
        _positions[end].Phrase = number;
    }

    /// <summary>The automaton, or null when it would have more than <see cref="RuleLimits.AutomatonStates"/> states.</summary>
    public PhraseAutomaton? Build()
    {
        var edges = new Dictionary<long, int>();
        var states = new List<PhraseAutomaton.State>();
        var numbers = new Dictionary<StateKey, int>();
        var reachedBefore = new Dictionary<StateKey, int>(); // spares the closure, which is the costly part
        var todo = new Queue<(int[] Positions, bool AfterGap)>();

        int NumberOf(List<int> reached, bool afterGap)
        {
            ref var before = ref CollectionsMarshal.GetValueRefOrAddDefault(reachedBefore,
                new StateKey([.. reached.Distinct().Order()], afterGap), out var known);
            if (known) return before;
            var key = new StateKey(Closure(reached), afterGap);
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, key, out var exists);
            if (exists) return before = number;
            todo.Enqueue((key.Positions, afterGap));
            return before = number = numbers.Count - 1;
        }

        NumberOf([0], false);
        var byWord = new Dictionary<int, List<int>>();
        while (todo.TryDequeue(out var state))
        {
            if (numbers.Count > RuleLimits.AutomatonStates) return null;
            var number = states.Count;
            byWord.Clear();
            List<int>? afterGap = null;
            List<int>? accepts = null;
            foreach (var p in state.Positions)
            {
                var position = _positions[p];
                if (position.Phrase >= 0) (accepts ??= []).Add(position.Phrase);
                if (position.Gap >= 0) (afterGap ??= []).Add(position.Gap);
                foreach (var (word, to) in position.Words ?? [])
                {
                    ref var targets = ref CollectionsMarshal.GetValueRefOrAddDefault(byWord, word, out _);
                    (targets ??= []).Add(to);
                }
            }
            foreach (var (word, targets) in byWord)
                edges[PhraseAutomaton.Edge(number, word)] = NumberOf(targets, state.AfterGap);
            var gap = afterGap is null ? -1 : NumberOf(afterGap, true);
            states.Add(new PhraseAutomaton.State(gap, accepts?.ToArray() ?? [], state.AfterGap));
        }
        return new PhraseAutomaton(_vocabulary, edges, [.. states]);
    }

    /// <summary>Lays a pattern between two positions.</summary>
    private void Grow(PatternNode node, int from, int to)
    {
        switch (node)
        {
            case WordNode { Forms: null } word:
                (_positions[from].Words ??= []).Add((WordId(word.Token), to));
                break;
            case WordNode { Forms: { } forms }:
                foreach (var form in forms) (_positions[from].Words ??= []).Add((WordId(form), to));
                break;
            case GapNode:
                // The gap may also be empty: what comes after it is expected from its beginning, too.
                var gap = New();
                _positions[gap].Gap = to;
                _positions[gap].Empty = [to];
                (_positions[from].Empty ??= []).Add(gap);
                break;
            case SequenceNode { Items.Count: 0 }:
                (_positions[from].Empty ??= []).Add(to);
                break;
            case SequenceNode sequence:
                for (var i = 0; i < sequence.Items.Count; i++)
                {
                    var next = i == sequence.Items.Count - 1 ? to : New();
                    Grow(sequence.Items[i], from, next);
                    from = next;
                }
                break;
            case ChoiceNode choice:
                foreach (var alternative in choice.Alternatives) Grow(alternative, from, to);
                break;
            default:
                throw new NotSupportedException(node.GetType().Name);
        }
    }

    /// <summary>The positions reached without a word, sorted; those that expect nothing are left out.</summary>
    private int[] Closure(List<int> reached)
    {
        var seen = new HashSet<int>(reached);
        var open = new Stack<int>(reached);
        while (open.TryPop(out var p))
            foreach (var next in _positions[p].Empty ?? [])
                if (seen.Add(next)) open.Push(next);
        return [.. seen.Where(p => _positions[p] is { } x && (x.Words is not null || x.Gap >= 0 || x.Phrase >= 0)).Order()];
    }

    private int WordId(string word)
    {
        ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(_vocabulary, word, out var exists);
        if (!exists) id = _vocabulary.Count - 1;
        return id;
    }

    private int New()
    {
        _positions.Add(new Position());
        return _positions.Count - 1;
    }

    private readonly struct StateKey(int[] positions, bool afterGap) : IEquatable<StateKey>
    {
        public int[] Positions { get; } = positions;
        private bool AfterGap { get; } = afterGap;

        public bool Equals(StateKey other) => AfterGap == other.AfterGap && Positions.AsSpan().SequenceEqual(other.Positions);

        public override bool Equals(object? obj) => obj is StateKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(AfterGap);
            hash.AddBytes(MemoryMarshal.AsBytes(Positions.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
