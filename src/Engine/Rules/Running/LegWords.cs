using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Language;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Phrases;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>
/// The continuous stream of one leg's normalised words, and the phrases found in it. A phrase ends with its sentence, but
/// may run on over the border of two utterances when the pause between them is short.
/// </summary>
internal sealed class LegWords
{
    /// <summary>A longer pause between two words interrupts every phrase.</summary>
    private const long LongestPause = AudioTime.Rate * 3 / 2;

    /// <summary>Words kept from before: a phrase cannot reach further back.</summary>
    private const int Kept = 128;

    private readonly PhraseTracker _tracker = new();
    private readonly List<Word> _words = [];
    private readonly List<PhraseHit> _hits = [];
    private PhraseAutomaton? _automaton;
    private string _language = "";
    private long _first;
    private long _utterance;
    private int _clause;
    private long _sentence;

    /// <param name="Id">Number in the automaton's vocabulary, or -1.</param>
    /// <param name="Bias">The word was only written because of bias: what the audio thinks of it; null: it was not.</param>
    private readonly record struct Word(int Id, SpokenWord Spoken, int Clause, double? Bias);

    /// <summary>Look-ups made so far.</summary>
    public long Steps => _tracker.Steps;

    /// <summary>Takes an utterance's words; the phrases that end in it are valid until the next call.</summary>
    public IReadOnlyList<PhraseHit> Take(Utterance utterance, RuleSet set)
    {
        _hits.Clear();
        if (SpokenLanguage.Find(utterance.Language) is not { } language) return _hits;
        var automaton = set.AutomatonOf(utterance.Language);
        if (automaton is null) return _hits;
        var interrupted = _words.Count > 0 && utterance.Words.Count > 0 && utterance.Words[0].Start - _words[^1].Spoken.End >= LongestPause;
        if (automaton != _automaton || _language != utterance.Language || interrupted) Interrupt();
        _automaton = automaton;
        _language = utterance.Language;
        if (_words.Count > Kept)
        {
            _first += _words.Count - Kept;
            _words.RemoveRange(0, _words.Count - Kept);
        }
        _utterance = _first + _words.Count;
        for (var i = 0; i < utterance.Words.Count; i++)
        {
            var spoken = utterance.Words[i];
            var sink = new Sink(this, spoken, utterance.Biased is { } biased && biased.Words.Contains(i) ? biased.Difference : null);
            WordNormalizer.Normalize(spoken.Text, language, ref sink);
            if (WordNormalizer.EndsClause(spoken.Text)) _clause++;
            // A full stop after the last word of an utterance may only mean that it was cut there.
            if (i + 1 < utterance.Words.Count && WordNormalizer.EndsSentence(spoken.Text))
            {
                _tracker.Reset();
                _sentence = _first + _words.Count;
            }
        }
        _hits.RemoveAll(hit => hit.First < _first); // only endless repetition reaches back so far
        return _hits;
    }

    /// <summary>Becomes what another stream is now.</summary>
    public void CopyFrom(LegWords other)
    {
        _tracker.CopyFrom(other._tracker);
        _words.Clear();
        _words.AddRange(other._words);
        (_automaton, _language, _first, _utterance, _clause, _sentence) =
            (other._automaton, other._language, other._first, other._utterance, other._clause, other._sentence);
    }

    /// <summary>
    /// Whether all words of a span are kept: those before an interruption are not, and belong to nothing that comes after it.
    /// </summary>
    public bool Holds(WordSpan span) => span.First >= _first;

    /// <summary>Whether a word was spoken after a match.</summary>
    public bool HasWordAfter(WordSpan span) => _words[^1].Spoken != At(span.Last).Spoken;

    /// <summary>Whether words still to come could complete a phrase below <c>none</c> that takes the match away.</summary>
    public bool MayYetExclude(PhraseCondition none, WordSpan match)
    {
        // In the same clause anything may still be said.
        if (!none.Touching && _words[^1].Clause <= match.LastClause) return true;
        var last = match.Last;
        while (!none.Touching && last + 1 < _first + _words.Count && At(last + 1).Clause <= match.LastClause) last++;
        if (none.Near is { } near) return _first + _words.Count - last < near;
        foreach (var phrase in none.Phrases)
        {
            if (phrase.Language.Code != _language) continue;
            var texts = new List<string>();
            for (var i = _first + _words.Count - 1; i >= Math.Max(_first, _sentence); i--)
            {
                texts.Insert(0, _automaton!.TextOf(At(i).Id));
                if (i <= last && PatternMatcher.MayContinue(phrase.Pattern, texts)) return true;
            }
        }
        return false;
    }

    /// <summary>A match by sound in the utterance that was taken last, as a hit; null when its words are not there.</summary>
    public PhraseHit? HitOf(PhoneticMatch sound) =>
        _utterance + sound.Last < _first + _words.Count ? new PhraseHit(-1, _utterance + sound.First, _utterance + sound.Last) : null;

    /// <summary>The clauses and numbers of a match.</summary>
    public WordSpan SpanOf(PhraseHit hit) => new(hit.First, hit.Last, At(hit.First).Clause, At(hit.Last).Clause);

    /// <summary>
    /// How much more likely the audio makes words that only bias wrote, natural-log units; null: there are none in the match.
    /// </summary>
    private double? BiasOf(WordSpan span)
    {
        double? bias = null;
        for (var i = span.First; i <= span.Last; i++) bias = At(i).Bias ?? bias;
        return bias;
    }

    public long StartOf(WordSpan span) => At(span.First).Spoken.Start;

    public long EndOf(WordSpan span) => At(span.Last).Spoken.End;

    /// <summary>What was heard, for a person.</summary>
    /// <param name="said">The utterance in which it ended.</param>
    /// <param name="sound">When the match was made by sound.</param>
    public Evidence EvidenceOf(WordSpan span, PhraseUse use, Utterance said, PhoneticMatch? sound)
    {
        var heard = new List<SpokenWord>();
        var normalised = new List<string>();
        for (var i = span.First; i <= span.Last; i++)
        {
            var word = At(i);
            normalised.Add(_automaton!.TextOf(word.Id));
            if (heard.Count == 0 || heard[^1] != word.Spoken) heard.Add(word.Spoken);
        }
        return new Evidence
        {
            Kind = "phrase",
            Party = said.Party,
            Leg = said.Leg,
            Start = StartOf(span),
            End = EndOf(span),
            Text = string.Join(' ', heard.Select(w => w.Text.Trim())).TrimEnd('.', ',', ';', ':', '!', '?', '…', ' '),
            Pattern = use.Phrase.Text,
            How = sound is not null ? EvidenceText.Sound(sound)
                : use.Node.Condition is PhraseCondition { Near: not null } ? "words near each other"
                : (PatternMatcher.Match(use.Phrase.Pattern, normalised) == PatternMatcher.Outcome.Exact ? "exact words" : "word form")
                    + EvidenceText.Bias(BiasOf(span)),
            Value = sound is null ? null : Math.Round(sound.Difference, 2),
            Limit = sound?.Limit,
            Unit = sound is null ? null : "nat",
            Confidence = Math.Round(heard.Average(w => (double)w.Confidence), 3),
        };
    }

    private Word At(long index) => _words[(int)(index - _first)];

    private void Interrupt()
    {
        _tracker.Reset();
        _first += _words.Count;
        _words.Clear();
        _clause++;
    }

    private void Add(ReadOnlySpan<char> token, SpokenWord spoken, double? bias)
    {
        if (token is "but" or "mais" && _words.Count > 0) _clause++;
        var id = _automaton!.WordOf(token);
        var index = _first + _words.Count;
        _words.Add(new Word(id, spoken, _clause, bias));
        _tracker.Step(_automaton, id, index, _hits);
    }

    private readonly struct Sink(LegWords words, SpokenWord spoken, double? bias) : ITokenSink
    {
        public void Add(ReadOnlySpan<char> token) => words.Add(token, spoken, bias);
    }
}
