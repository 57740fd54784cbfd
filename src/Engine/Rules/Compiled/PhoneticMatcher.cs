using System.Runtime.InteropServices;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Language;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Phonetic;
using SpeechQA.Engine.Rules.Phrases;

namespace SpeechQA.Engine.Rules.Compiled;

/// <summary>
/// Finds the phrases of one language's rules that the words of an utterance sound like:
/// <list type="number">
/// <item>every word, and every two neighbours, is looked up by its sound (<see cref="PhoneticIndex"/>);</item>
/// <item>the automaton of the phrases is walked with the words as heard and with those that sound alike, at most
/// <see cref="MostChanges"/> of them in a match;</item>
/// <item>matches that need no change are the automaton's own business; those that overlap one of the same condition are dropped.</item>
/// </list>
/// The work for a word is bounded, whatever the number of rules, and the words of a call come again and again: what was looked up is
/// kept. Safe for concurrent use.
/// </summary>
internal sealed class PhoneticMatcher(RuleSet set, PhraseAutomaton automaton, SpokenLanguage language)
{
    /// <summary>Places at which a match may differ from what was heard.</summary>
    public const int MostChanges = 2;

    /// <summary>Fewest sounds of a match: shorter ones sound like too much.</summary>
    public const int FewestSounds = 4;

    /// <summary>Matches under way at one word; the nearest are kept.</summary>
    public const int MostWays = 128;

    /// <summary>Normalised words of an utterance that are looked at.</summary>
    public const int MostWords = 200;

    private readonly PhoneticIndex _index = new(automaton, language);
    private readonly PhoneticCache<(string Key, PhoneticNeighbor[] Alike)> _words = new();
    private readonly PhoneticCache<PhoneticNeighbor[]> _joined = new();

    /// <param name="Raw">Index of the word as transcribed.</param>
    /// <param name="Breaks">A sentence ends with it.</param>
    private readonly record struct Heard(string Text, int Id, int Raw, bool Breaks);

    private sealed record Change(Change? Before, int From, int To, string Written, double Share);

    private readonly record struct Way(int State, int First, int GapLeft, double Cost, int Sounds, int Count, Change? Changes)
    {
        public double Rank => Count * 0.1 + Cost;
    }

    private sealed class Walk
    {
        public required Heard[] Words { get; init; }
        public required List<Way>[] Ways { get; init; }
        public List<PhoneticCandidate> Candidates { get; } = [];

        /// <summary>Conditions whose phrases were heard as they are.</summary>
        public List<(PhraseUse Use, int First, int Last)> Exact { get; } = [];
        public long Steps;
    }

    /// <summary>The largest share of its sounds that a phrase's distance may have.</summary>
    public static double LimitOf(PhoneticTolerance tolerance) => tolerance switch
    {
        PhoneticTolerance.Close => 0.15,
        PhoneticTolerance.Wide => 0.25,
        _ => -1,
    };

    /// <summary>The largest share for one changed place.</summary>
    private static double LimitOfChange(PhoneticTolerance tolerance) => tolerance == PhoneticTolerance.Close ? 0.21
        : PhoneticIndex.MostShare;

    /// <summary>Candidates for the conditions about a party, the best of each condition and place, nearest first.</summary>
    /// <param name="steps">Look-ups made: the measure of the work.</param>
    public IReadOnlyList<PhoneticCandidate> Find(IReadOnlyList<string> words, Party speaker, out long steps)
    {
        var heard = Normalise(words);
        var walk = new Walk { Words = heard, Ways = [.. Enumerable.Range(0, heard.Length + 2).Select(_ => new List<Way>())] };
        for (var i = 0; i < heard.Length; i++) Step(walk, i);
        steps = walk.Steps;
        return Choose(walk, speaker);
    }

    private Heard[] Normalise(IReadOnlyList<string> words)
    {
        var heard = new List<Heard>();
        for (var raw = 0; raw < words.Count && heard.Count < MostWords; raw++)
        {
            var breaks = raw + 1 < words.Count && WordNormalizer.EndsSentence(words[raw]);
            var tokens = WordNormalizer.Words(words[raw], language);
            for (var i = 0; i < tokens.Count; i++)
                heard.Add(new Heard(tokens[i], automaton.WordOf(tokens[i]), raw, breaks && i + 1 == tokens.Count));
        }
        return [.. heard];
    }

    private void Step(Walk walk, int at)
    {
        var ways = walk.Ways[at];
        ways.Add(new Way(0, at, 0, 0, 0, 0, null));
        if (ways.Count > MostWays)
        {
            ways.Sort((a, b) => a.Rank != b.Rank ? a.Rank.CompareTo(b.Rank) : b.First.CompareTo(a.First));
            ways.RemoveRange(MostWays, ways.Count - MostWays);
        }
        var word = walk.Words[at];
        var (key, alike) = Alike(word, ref walk.Steps);
        PhoneticNeighbor[] joined = [];
        if (!word.Breaks && at + 1 < walk.Words.Length && key.Length > 0)
            joined = Joined(key, walk.Words[at + 1], ref walk.Steps);

        // What is entered here ends behind this word; a sentence's end stops every match.
        var passes = !word.Breaks;
        var (ofAlike, ofJoined) = (Classes(alike), Classes(joined));
        foreach (ref readonly var way in CollectionsMarshal.AsSpan(ways))
        {
            if (word.Id >= 0) Take(walk, way, word.Id, at, passes);
            if (way.GapLeft > 0 && passes) walk.Ways[at + 1].Add(way with { GapLeft = way.GapLeft - 1 });
            if (way.Count == MostChanges) continue;
            // Most of them lead on from no word that sounds like this one.
            if (automaton.MayStep(way.State, ofAlike))
                foreach (var other in alike) Take(walk, way, other, at, at + 1, passes);
            if (automaton.MayStep(way.State, ofJoined))
                foreach (var other in joined) Take(walk, way, other, at, at + 2, !walk.Words[at + 1].Breaks);
        }
    }

    private static ulong Classes(PhoneticNeighbor[] words)
    {
        var classes = 0UL;
        foreach (var word in words) classes |= PhraseAutomaton.ClassOf(word.Word);
        return classes;
    }

    /// <summary>A word's key, and the other words of the rules that it may be.</summary>
    private (string Key, PhoneticNeighbor[] Alike) Alike(in Heard word, ref long steps)
    {
        if (_words.Find(word.Text, out var known)) return known;
        var (id, key) = (word.Id, PhoneticKey.Of(word.Text, language));
        var alike = _index.Find(key, ref steps);
        if (key.Length >= FewestSounds) alike.AddRange(_index.FindPairs(key));
        return _words.Add(word.Text, (key, [.. alike.Where(a => a.Word != id)]));
    }

    /// <summary>Words of the rules that two neighbours may be together.</summary>
    private PhoneticNeighbor[] Joined(string key, in Heard second, ref long steps)
    {
        var (last, _) = Alike(second, ref steps);
        if (last.Length == 0) return [];
        var both = key + last;
        return _joined.Find(both, out var known) ? known : _joined.Add(both, [.. _index.Find(both, ref steps)]);
    }

    private void Take(Walk walk, in Way way, int word, int at, bool passes)
    {
        walk.Steps++;
        if (automaton.TryStep(way.State, word, out var next))
            Enter(walk, way with { State = next, GapLeft = 0, Sounds = way.Sounds + Math.Max(1, _index.SoundsOf(word)) }, at + 1, passes);
    }

    private void Take(Walk walk, in Way way, in PhoneticNeighbor other, int at, int to, bool passes)
    {
        walk.Steps++;
        if (!automaton.TryStep(way.State, other.Word, out var next)) return;
        if (other.Second >= 0)
        {
            walk.Steps++;
            if (!automaton.TryStep(next, other.Second, out next)) return;
        }
        var written = other.Second < 0 ? automaton.TextOf(other.Word) : $"{automaton.TextOf(other.Word)} {automaton.TextOf(other.Second)}";
        Enter(walk, way with
        {
            State = next,
            GapLeft = 0,
            Cost = way.Cost + other.Cost,
            Sounds = way.Sounds + other.Sounds,
            Count = way.Count + 1,
            Changes = new Change(way.Changes, at, to, written, other.Share),
        }, to, passes);
    }

    private void Enter(Walk walk, Way way, int at, bool passes)
    {
        ref readonly var state = ref automaton.At(way.State);
        foreach (var phrase in state.Accepts)
        {
            var use = set.Phrases[phrase];
            if (way.Changes is null) walk.Exact.Add((use, way.First, at - 1));
            else if (Fits(way, use)) walk.Candidates.Add(CandidateOf(walk, way, use, at - 1));
        }
        if (!passes) return;
        walk.Ways[at].Add(way);
        if (state.Gap >= 0) walk.Ways[at].Add(way with { State = state.Gap, GapLeft = GapNode.MostWords });
    }

    private static bool Fits(Way way, PhraseUse use)
    {
        var tolerance = ((PhraseCondition)use.Node.Condition).Sound;
        if (tolerance == PhoneticTolerance.Off || way.Sounds < FewestSounds || way.Cost > LimitOf(tolerance) * way.Sounds) return false;
        for (var change = way.Changes; change is not null; change = change.Before)
            if (change.Share > LimitOfChange(tolerance)) return false;
        return true;
    }

    private static PhoneticCandidate CandidateOf(Walk walk, Way way, PhraseUse use, int last)
    {
        // The changed stretch as whole words of the transcript, with what stands between the changes.
        var reading = new Stack<string>();
        var (from, to) = (way.Changes!.From, way.Changes.To);
        for (var change = way.Changes; change is not null; change = change.Before)
        {
            for (var i = from - 1; i >= change.To; i--) reading.Push(walk.Words[i].Text);
            reading.Push(change.Written);
            from = change.From;
        }
        while (from > 0 && walk.Words[from - 1].Raw == walk.Words[from].Raw) reading.Push(walk.Words[--from].Text);
        var text = string.Join(' ', reading);
        for (; to < walk.Words.Length && walk.Words[to].Raw == walk.Words[to - 1].Raw; to++) text += " " + walk.Words[to].Text;
        return new PhoneticCandidate(use, way.First, last, way.Cost, way.Sounds)
        {
            ChangedFrom = walk.Words[from].Raw,
            ChangedTo = walk.Words[to - 1].Raw + 1,
            Reading = text,
        };
    }

    private List<PhoneticCandidate> Choose(Walk walk, Party speaker)
    {
        var chosen = new List<PhoneticCandidate>();
        foreach (var candidate in walk.Candidates
                     .Where(c => CompiledRule.FitsParty(c.Use.Node.Party, speaker) && !WasHeard(walk, c) && OthersWereHeard(walk, c))
                     .OrderBy(c => c.Share).ThenByDescending(c => c.Sounds).ThenBy(c => c.First).ThenBy(c => c.Use.Node.Rule)
                         .ThenBy(c => c.Use.Node.Index))
        {
            if (!chosen.Exists(c => c.Use.Node == candidate.Use.Node && c.Use.Part == candidate.Use.Part
                && Overlap(c, candidate.First, candidate.Last))) chosen.Add(candidate);
        }
        return chosen;
    }

    private static bool WasHeard(Walk walk, PhoneticCandidate c) =>
        walk.Exact.Exists(e => e.Use.Node == c.Use.Node && e.Use.Part == c.Use.Part && Overlap(c, e.First, e.Last));

    /// <summary>A part of a phrase with near only counts where its other parts were heard as they are.</summary>
    private bool OthersWereHeard(Walk walk, PhoneticCandidate c)
    {
        if (((PhraseCondition)c.Use.Node.Condition).Near is not { } near) return true;
        var parts = PatternParser.Parts(c.Use.Phrase.Pattern).Count;
        return Enumerable.Range(0, parts).Where(part => part != c.Use.Part).All(part => walk.Exact.Exists(e =>
            e.Use.Node == c.Use.Node && e.Use.Number == c.Use.Number && e.Use.Part == part && !Overlap(c, e.First, e.Last)
            && Math.Max(e.Last, c.Last) - Math.Min(e.First, c.First) < near));
    }

    private static bool Overlap(PhoneticCandidate c, int first, int last) => c.First <= last && first <= c.Last;
}
