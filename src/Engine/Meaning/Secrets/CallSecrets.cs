using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Calls;

namespace SpeechQA.Engine.Meaning.Secrets;

/// <summary>
/// Keeps the secrets of one call from leaving the engine: card numbers, their expiry and code, bank accounts (IBAN) and
/// what a site adds. Every final and every partial passes through it before anyone sees it. Numbers go over several
/// utterances: one that was given out may have to be given out anew, masked. One owner.
/// </summary>
/// <param name="parties">The party of each leg.</param>
/// <param name="patterns">A site's own secrets.</param>
public sealed class CallSecrets(IReadOnlyList<Party> parties, IReadOnlyList<SecretPattern> patterns)
{
    /// <summary>How far back words are kept, longer than any prompt reaches.</summary>
    private static readonly long Memory = AudioTime.Position(90);

    /// <summary>From this digit on a partial's number is masked until it is known what it is.</summary>
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
        _legs[utterance.Leg].Add(utterance, words);
        var hits = _scanner.Scan([.. _legs.Select((l, i) => new SpokenRuns(i, l.Words, _prompts))], _prompts);
        var changed = Mask(hits);
        changed.Remove((utterance.Leg, utterance.Index));
        return new SecretScan(
            _legs[utterance.Leg].Masked(utterance.Index),
            [.. changed.Order().Select(u => _legs[u.Leg].Masked(u.Index))],
            Report(hits));
    }

    /// <summary>The text of a partial as it may be shown.</summary>
    /// <param name="start">Start of its speech, samples at 16 kHz since the start of the call.</param>
    /// <param name="end">End of its speech so far.</param>
    public string MaskPartial(int leg, string text, long start, long end)
    {
        var spoken = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        HeardWord[] words = [.. spoken.Select((w, i) => new HeardWord(-1, w, start + (end - start) * i / spoken.Length, start + (end - start) * (i + 1) / spoken.Length))];
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
        foreach (var hit in _scanner.Scan(runs, prompts)) MarkUnshared(hit.Run, 0);
        foreach (var run in runs[leg].Loose()) MarkUnshared(run, SecretScanner.IsAwaited(run, prompts) ? 0 : FirstMaskedDigit);

        // Only the partial's own words: those of finals are settled.
        static void MarkUnshared(SpokenRun run, int from)
        {
            var digits = 0;
            foreach (var item in run.Items)
            {
                digits += item.IsDigits ? item.Text.Length : 0;
                for (var w = item.First; w <= item.Last && digits >= from; w++)
                    if (run.Heard[w].Utterance < 0) run.Heard[w].IsMasked = true;
            }
        }
    }

    // Marks the words of the hits and gives the utterances that changed.
    private static HashSet<(int Leg, int Index)> Mask(List<SecretHit> hits)
    {
        var changed = new HashSet<(int, int)>();
        foreach (var run in hits.Select(h => h.Run))
        {
            foreach (var item in run.Items)
            {
                for (var w = item.First; w <= item.Last; w++)
                {
                    if (run.Heard[w].IsMasked) continue;
                    run.Heard[w].IsMasked = true;
                    changed.Add((run.Leg, run.Heard[w].Utterance));
                }
            }
        }
        return changed;
    }

    private List<SecretFinding> Report(List<SecretHit> hits)
    {
        var fresh = new List<SecretFinding>();
        foreach (var hit in hits.Where(h => !h.IsRepeat))
        {
            var finding = new SecretFinding(hit.Kind, hit.Run.Leg, parties[hit.Run.Leg], hit.Run.Start, hit.Run.End, hit.How);
            if (_reported.Any(r => r.Kind == finding.Kind && r.Leg == finding.Leg && r.Start <= finding.End && finding.Start <= r.End)) continue;
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
        private readonly Queue<(Utterance Utterance, IReadOnlyList<HeardWord> Words)> _utterances = [];

        public IReadOnlyList<HeardWord> Words { get; private set; } = [];

        public void Add(Utterance utterance, IReadOnlyList<HeardWord> words)
        {
            _utterances.Enqueue((utterance, words));
            Words = [.. Words, .. words];
        }

        public Utterance Masked(int index)
        {
            var (utterance, words) = _utterances.Last(u => u.Utterance.Index == index);
            return MaskedText.Of(utterance, [.. words.Select(w => w.IsMasked)]);
        }

        public void Forget(long before)
        {
            var forgotten = 0;
            while (_utterances.TryPeek(out var oldest) && oldest.Utterance.End < before) forgotten += _utterances.Dequeue().Words.Count;
            if (forgotten > 0) Words = [.. Words.Skip(forgotten)];
        }
    }
}
