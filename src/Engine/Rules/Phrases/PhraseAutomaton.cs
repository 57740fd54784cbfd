using System.Runtime.InteropServices;

namespace SpeechQA.Engine.Rules.Phrases;

/// <summary>
/// All phrases of all rules in one language, compiled into one deterministic automaton over normalised words. Immutable;
/// shared by all legs, whose place in it is a <see cref="PhraseTracker"/>.
/// </summary>
/// <remarks>
/// A state is what the phrases may still expect after the words so far, so phrases that begin alike share their way and
/// ways that go on alike meet again. From a state one look-up leads on, whatever the number of rules. Only a gap
/// branches: its target state stays active for three more words. The work per word therefore depends on how many matches
/// are under way (at most one per word of the longest phrase, times its gaps), not on how many rules there are.
/// </remarks>
internal sealed class PhraseAutomaton
{
    private readonly Dictionary<string, int> _vocabulary;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly string[] _words;
    private readonly Dictionary<long, int> _edges;
    private readonly State[] _states;

    /// <summary>Where each word leads from the start, or -1: asked for at every word, and of every word that sounds like it.</summary>
    private readonly int[] _begins;

    /// <summary>
    /// Of each state a bit for each of 64 classes of words that lead on: most words do not, which shows without a look-up.
    /// </summary>
    private readonly ulong[] _leads;

    internal PhraseAutomaton(Dictionary<string, int> vocabulary, Dictionary<long, int> edges, State[] states)
    {
        _vocabulary = vocabulary;
        _bySpan = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _words = new string[vocabulary.Count];
        foreach (var (word, id) in vocabulary) _words[id] = word;
        _edges = edges;
        _states = states;
        _leads = new ulong[states.Length];
        foreach (var edge in edges.Keys) _leads[(int)(edge >> 32)] |= ClassOf((int)edge);
        _begins = [.. Enumerable.Range(0, _words.Length).Select(word => edges.GetValueOrDefault(Edge(0, word), -1))];
    }

    /// <param name="Gap">State after a gap that may begin here, or -1.</param>
    /// <param name="Accepts">Phrases that end here.</param>
    /// <param name="AfterGap">A gap lies behind, so the state may be reached twice from one start.</param>
    internal readonly record struct State(int Gap, int[] Accepts, bool AfterGap);

    public int StateCount => _states.Length;

    /// <summary>Words that the phrases use; their ids are 0 up to this.</summary>
    public int WordCount => _words.Length;

    /// <summary>The id of a normalised word, or -1 when no rule knows it.</summary>
    public int WordOf(ReadOnlySpan<char> token) => _bySpan.TryGetValue(token, out var id) ? id : -1;

    /// <summary>The word of an id; a word that no rule knows has no text here.</summary>
    public string TextOf(int word) => word < 0 ? "" : _words[word];

    internal static long Edge(int state, int word) => ((long)state << 32) | (uint)word;

    /// <param name="word">One that the phrases use.</param>
    internal bool TryStep(int state, int word, out int next)
    {
        if (state == 0) return (next = _begins[word]) >= 0;
        next = 0;
        return (_leads[state] & ClassOf(word)) != 0 && _edges.TryGetValue(Edge(state, word), out next);
    }

    /// <summary>False: no word of these classes leads on.</summary>
    /// <param name="classes">Of <see cref="ClassOf"/>, together.</param>
    internal bool MayStep(int state, ulong classes) => (_leads[state] & classes) != 0;

    internal static ulong ClassOf(int word) => 1UL << (word & 63);

    internal ref readonly State At(int state) => ref _states[state];
}

/// <summary>A phrase was heard: words <paramref name="First"/> to <paramref name="Last"/> of the stream.</summary>
/// <param name="Phrase">The number under which the phrase was added to the automaton.</param>
internal readonly record struct PhraseHit(int Phrase, long First, long Last);

/// <summary>
/// Where one stream of words stands in an automaton. Words are numbered by their owner. A word that repeats the word
/// before it ("I I want") is taken as said and also passed over, so stuttering breaks no match.
/// </summary>
internal sealed class PhraseTracker
{
    private List<Way> _active = [];
    private List<Way> _next = [];
    private int _lastWord = -1;

    private readonly record struct Way(int State, long First, int GapLeft);

    /// <summary>Look-ups made so far: the measure of the work, independent of the machine.</summary>
    public long Steps { get; private set; }

    /// <summary>Forgets all matches under way: the stream was interrupted.</summary>
    public void Reset()
    {
        _active.Clear();
        _lastWord = -1;
    }

    /// <summary>Becomes what another tracker is now.</summary>
    public void CopyFrom(PhraseTracker other)
    {
        _active.Clear();
        _active.AddRange(other._active);
        _lastWord = other._lastWord;
    }

    /// <summary>Takes the next word and adds the phrases that end with it.</summary>
    public void Step(PhraseAutomaton automaton, int word, long index, List<PhraseHit> hits)
    {
        _next.Clear();
        var repeated = word >= 0 && word == _lastWord;
        foreach (var way in CollectionsMarshal.AsSpan(_active))
        {
            Steps++;
            if (word >= 0 && automaton.TryStep(way.State, word, out var next)) Enter(automaton, next, way.First, index, hits);
            if (repeated) Keep(automaton, way);
            else if (way.GapLeft > 0) Keep(automaton, way with { GapLeft = way.GapLeft - 1 });
        }
        Steps++;
        if (word >= 0 && automaton.TryStep(0, word, out var begun)) Enter(automaton, begun, index, index, hits);
        (_active, _next) = (_next, _active);
        _lastWord = word;
    }

    private void Enter(PhraseAutomaton automaton, int state, long first, long index, List<PhraseHit> hits)
    {
        ref readonly var at = ref automaton.At(state);
        foreach (var phrase in at.Accepts) hits.Add(new PhraseHit(phrase, first, index));
        Keep(automaton, new Way(state, first, 0));
        if (at.Gap >= 0) Keep(automaton, new Way(at.Gap, first, GapNode.MostWords));
    }

    private void Keep(PhraseAutomaton automaton, Way way)
    {
        if (automaton.At(way.State).AfterGap)
        {
            var next = CollectionsMarshal.AsSpan(_next);
            for (var i = 0; i < next.Length; i++)
            {
                if (next[i].State != way.State || next[i].First != way.First) continue;
                if (next[i].GapLeft < way.GapLeft) next[i] = way;
                return;
            }
        }
        _next.Add(way);
    }
}
