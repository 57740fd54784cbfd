using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Sound;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Calls;

/// <summary>
/// Looks for phrases of the rules in force that an utterance sounds like, and lets the recogniser confirm them on the
/// utterance's own audio: the text read so may be at most <see cref="SoundOptions.Tolerance"/> less likely than the text as transcribed.
/// </summary>
/// <param name="rules">Asked at every utterance.</param>
internal sealed class SoundCheck(IRuleSource rules, SoundOptions options)
{
    /// <summary>Readings of one utterance that are put to the recogniser; the nearest in sound come first.</summary>
    public const int MostReadings = 3;

    /// <summary>Confirmed matches; empty when there are none or the recogniser cannot score.</summary>
    public async ValueTask<IReadOnlyList<SoundMatch>> FindAsync(ISpeechRecognizer recognizer, Utterance utterance, ReadOnlyMemory<float> samples,
        RecognitionKind kind, CancellationToken cancellation = default)
    {
        var (words, language) = (utterance.Words, utterance.Language);
        if (!recognizer.CanScore || words.Count == 0) return [];
        var set = rules.Current;
        if (set.SoundOf(language) is not { } matcher) return [];
        var candidates = matcher.Find([.. words.Select(w => w.Text)], utterance.Party, out var steps);
        EngineMetrics.SoundSteps.Add(steps);
        if (candidates.Count == 0) return [];

        var readings = candidates.GroupBy(c => (c.ChangedFrom, c.ChangedTo, c.Reading)).Take(MostReadings).ToList();
        var texts = new List<ScoredText> { new(string.Join(' ', words.Select(w => w.Text.Trim()))) };
        texts.AddRange(readings.Select(r => TextOf(words, r.Key.ChangedFrom, r.Key.ChangedTo, r.Key.Reading)));
        EngineMetrics.SoundCandidates.Add(readings.Count, new KeyValuePair<string, object?>("outcome", "asked"));
        var support = await recognizer.ScoreAsync(new ScoreRequest(samples, language, texts, kind) { Since = SinceOf(utterance.Clock) }, cancellation).ConfigureAwait(false);
        var found = new List<SoundMatch>();
        for (var i = 0; i < readings.Count; i++)
        {
            var difference = support[i + 1].LogProbability - support[0].LogProbability;
            if (!(difference >= -options.Tolerance)) continue;
            EngineMetrics.SoundCandidates.Add(1, new KeyValuePair<string, object?>("outcome", "confirmed"));
            found.AddRange(readings[i].Select(c => new SoundMatch(set, c.Use, c.First, c.Last, support[i + 1].Loose, difference, -options.Tolerance)));
        }
        return found;
    }

    // What has been begun goes before what has not.
    private static long SinceOf(RecognitionClock clock) => clock.Captured != 0 ? clock.Captured : clock.Queued;

    private static ScoredText TextOf(IReadOnlyList<SpokenWord> words, int from, int to, string reading)
    {
        var last = words[to - 1].Text.Trim();
        var marks = last[last.TrimEnd('.', ',', ';', ':', '!', '?', '…', '"', '»').Length..];
        var after = words.Skip(to).Select(w => w.Text.Trim()).ToList();
        return new ScoredText(string.Join(' ', words.Take(from).Select(w => w.Text.Trim())), reading, marks + string.Concat(after.Select(w => " " + w)));
    }
}
