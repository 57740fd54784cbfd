using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Secrets;

/// <summary>
/// Keeps the secrets of one call from leaving the engine: card numbers, their expiry and code, bank accounts (IBAN) and
/// what a site adds. Numbers go over several utterances: one that may go on is held back, from its fourth digit on, until
/// the next words or 6 s of silence settle what it is; then its utterance is given out anew. One owner.
/// </summary>
/// <param name="parties">The party of each leg.</param>
/// <param name="patterns">A site's own secrets.</param>
public sealed class CallSecrets(IReadOnlyList<Party> parties, IReadOnlyList<SecretPattern> patterns)
{
    /// <summary>How far back words are kept, longer than any prompt reaches.</summary>
    private static readonly long Memory = AudioTime.Position(90);

    /// <summary>From this digit on a number is masked until it is known what it is.</summary>
    private const int FirstMaskedDigit = 4;

    private readonly SecretPrompts _phrases = new(patterns);
    private readonly SecretScanner _scanner = new(patterns);
    private readonly LegMemory[] _legs = [.. parties.Select(_ => new LegMemory())];
    private readonly List<SecretPrompt> _prompts = [];
    private readonly List<SecretFinding> _reported = [];

    /// <summary>Takes the next final of a leg; a leg's finals come in order.</summary>
    public SecretScan Hear(Utterance utterance)
    {
        var words = HeardWord.Of(utterance);
        Forget(utterance.End - Memory);
        _prompts.AddRange(_phrases.Find(words));
        var leg = _legs[utterance.Leg];
        leg.Add(utterance, words);
        leg.IsVoiced = false;
        SpokenRuns[] runs = [.. _legs.Select((l, i) => new SpokenRuns(i, l.Words, _prompts))];
        var hits = _scanner.Scan(runs, _prompts);
        foreach (var hit in hits) MarkWords(hit.Run, 0, w => w.IsMasked = true);
        Hold(leg, runs[utterance.Leg]);
        var shown = leg.Masked(utterance.Index);
        return new SecretScan(shown, Changed(), Report(hits));
    }

    /// <summary>Takes what else happened on a leg, in order: silence settles a number that might have gone on.</summary>
    /// <returns>Utterances to be given out anew.</returns>
    public IReadOnlyList<Utterance> Pass(LegEvent e)
    {
        var leg = _legs[e.Leg];
        if (e is VoiceStarted or NotSpeech) leg.IsVoiced = e is VoiceStarted;
        var over = e is LegEnded || (!leg.IsVoiced && e.Decided - leg.HeldEnd > SpokenRuns.LongestPause);
        if (leg.HeldEnd < 0 || !over) return [];
        leg.Release();
        return Changed();
    }

    /// <summary>The text of a partial as it may be shown.</summary>
    /// <param name="start">Start of its speech, samples at 16 kHz since the start of the call.</param>
    /// <param name="end">End of its speech so far.</param>
    public string MaskPartial(int leg, string text, long start, long end)
    {
        var spoken = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        HeardWord[] words = [.. spoken.Select((w, i) =>
            new HeardWord(-1, w, start + (end - start) * i / spoken.Length, start + (end - start) * (i + 1) / spoken.Length))];
        MarkPartial(leg, words);
        return MaskedText.Joined(words.Select(w => (w.Text, w.IsMasked)));
    }

    /// <summary>The words of an utterance under way as they may be shown and given to rules; their number and times stay.</summary>
    public Utterance MaskPartial(Utterance soFar)
    {
        HeardWord[] words = [.. soFar.Words.Select(w => new HeardWord(-1, w.Text, w.Start, w.End))];
        MarkPartial(soFar.Leg, words);
        return MaskedText.Of(soFar, [.. words.Select(w => w.IsMasked)]);
    }

    private void MarkPartial(int leg, HeardWord[] words)
    {
        List<SecretPrompt> prompts = [.. _prompts, .. _phrases.Find(words)];
        SpokenRuns[] runs = [.. _legs.Select((l, i) => new SpokenRuns(i, i == leg ? [.. l.Words, .. words] : l.Words, prompts))];
        // Only the partial's own words: those of finals are settled.
        foreach (var hit in _scanner.Scan(runs, prompts)) MarkWords(hit.Run, 0, MaskOwn);
        foreach (var run in runs[leg].Loose()) MarkWords(run, SecretScanner.IsAwaited(run, prompts) ? 0 : FirstMaskedDigit, MaskOwn);

        static void MaskOwn(HeardWord word) => word.IsMasked |= word.Utterance < 0;
    }

    /// <summary>Holds back the last number of a leg when it may go on.</summary>
    private static void Hold(LegMemory leg, SpokenRuns runs)
    {
        leg.Release();
        if (runs.Loose().LastOrDefault() is not { } last || last.Digits.Length < FirstMaskedDigit || last.IsAmount || !runs.MayGoOn(last))
            return;
        MarkWords(last, FirstMaskedDigit, w => w.IsHeld = true);
        leg.HeldEnd = last.End;
    }

    // Marks the words of a run from the one on that brings so many digits.
    private static void MarkWords(SpokenRun run, int from, Action<HeardWord> mark)
    {
        var digits = 0;
        foreach (var item in run.Items)
        {
            digits += item.IsDigits ? item.Text.Length : 0;
            for (var w = item.First; w <= item.Last && digits >= from; w++) mark(run.Heard[w]);
        }
    }

    private List<Utterance> Changed() => [.. _legs.SelectMany(l => l.Changed())];

    private List<SecretFinding> Report(List<SecretHit> hits)
    {
        var fresh = new List<SecretFinding>();
        foreach (var hit in hits.Where(h => !h.IsRepeat))
        {
            var finding = new SecretFinding(hit.Kind, hit.Run.Leg, parties[hit.Run.Leg], hit.Run.Start, hit.Run.End, hit.How);
            if (_reported.Any(r => r.Kind == finding.Kind && r.Leg == finding.Leg && r.Start <= finding.End && finding.Start <= r.End))
                continue;
            _reported.Add(finding);
            fresh.Add(finding);
        }
        return fresh;
    }

    private void Forget(long before)
    {
        foreach (var leg in _legs) leg.Forget(before);
        _prompts.RemoveAll(p => p.End < before);
        _reported.RemoveAll(r => r.End < before);
    }

    /// <summary>What a leg said lately, whole utterances.</summary>
    private sealed class LegMemory
    {
        private readonly Queue<Kept> _utterances = [];

        /// <param name="Shown">By word: masked as it was given out last.</param>
        private sealed record Kept(Utterance Utterance, IReadOnlyList<HeardWord> Words, bool[] Shown);

        public IReadOnlyList<HeardWord> Words { get; private set; } = [];

        /// <summary>Voice began and its words are not known yet.</summary>
        public bool IsVoiced { get; set; }

        /// <summary>End of the number that is held back; negative: none is.</summary>
        public long HeldEnd { get; set; } = -1;

        public void Add(Utterance utterance, IReadOnlyList<HeardWord> words)
        {
            _utterances.Enqueue(new Kept(utterance, words, new bool[words.Count]));
            Words = [.. Words, .. words];
        }

        public Utterance Masked(int index) => Masked(_utterances.Last(u => u.Utterance.Index == index));

        /// <summary>Utterances whose masks are not those they were given out with.</summary>
        public List<Utterance> Changed() =>
            [.. _utterances.Where(u => u.Words.Zip(u.Shown).Any(w => w.First.IsHidden != w.Second)).Select(Masked)];

        public void Release()
        {
            foreach (var word in Words) word.IsHeld = false;
            HeldEnd = -1;
        }

        public void Forget(long before)
        {
            var forgotten = 0;
            while (_utterances.TryPeek(out var oldest) && oldest.Utterance.End < before) forgotten += _utterances.Dequeue().Words.Count;
            if (forgotten > 0) Words = [.. Words.Skip(forgotten)];
        }

        private static Utterance Masked(Kept kept)
        {
            for (var w = 0; w < kept.Shown.Length; w++) kept.Shown[w] = kept.Words[w].IsHidden;
            return MaskedText.Of(kept.Utterance, kept.Shown);
        }
    }
}
