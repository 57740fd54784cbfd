using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Calls.Phonetic;

/// <summary>
/// Looks for phrases of the rules in force that an utterance sounds like, and lets the recogniser confirm them on the
/// utterance's own audio: the text read so may be at most <see cref="PhoneticOptions.Tolerance"/> less likely than the text as transcribed.
/// </summary>
/// <param name="rules">Asked at every utterance.</param>
internal sealed class PhoneticConfirmation(IRuleSource rules, PhoneticOptions options)
{
    /// <summary>Readings of one utterance that are put to the recogniser; the nearest in sound come first.</summary>
    public const int MostReadings = 3;

    /// <summary>Confirmed matches; empty when there are none or the recogniser cannot score.</summary>
    /// <param name="known">Answers for the same audio, which are not asked for again; takes the new ones.</param>
    /// <param name="early">Null: the utterance is over.</param>
    public async ValueTask<IReadOnlyList<PhoneticMatch>> FindAsync(ISpeechRecognizer recognizer, Utterance utterance,
        ReadOnlyMemory<float> samples,
        RecognitionKind kind, PhoneticAnswers known, EarlyLook? early = null, CancellationToken cancellation = default)
    {
        var (words, language) = (utterance.Words, utterance.Language);
        if (!recognizer.CanScore || words.Count == 0) return [];
        var set = rules.Current;
        if (set.SoundOf(language) is not { } matcher) return [];
        var candidates = matcher.Find([.. words.Select(w => w.Text)], utterance.Party, out var steps);
        EngineMetrics.SoundSteps.Add(steps);
        if (early is not null)
            candidates = [.. candidates.Where(c => c.ChangedTo <= early.Words && set.Compiled[c.Use.Node.Rule].CanBeEarly)];
        if (candidates.Count == 0) return [];

        var readings = candidates.GroupBy(c => (c.ChangedFrom, c.ChangedTo, c.Reading)).Take(MostReadings).ToList();
        string WrittenOf((int From, int To, string) key) => string.Join(' ', words.Take(key.To).Skip(key.From).Select(w => w.Text));
        PhoneticAnswer? AnswerTo((int From, int To, string Reading) key) =>
            known.Of(key.From, WrittenOf(key), key.Reading) ?? early?.Before.Of(PhoneticAnswers.Anywhere, WrittenOf(key), key.Reading);
        var asked = readings.FindAll(r => AnswerTo(r.Key) is null);
        if (asked.Count > 0)
        {
            var texts = new List<ScoredText> { new(string.Join(' ', words.Select(w => w.Text.Trim()))) };
            texts.AddRange(asked.Select(r => TextOf(words, r.Key.ChangedFrom, r.Key.ChangedTo, r.Key.Reading)));
            EngineMetrics.SoundCandidates.Add(asked.Count, new KeyValuePair<string, object?>("outcome", "asked"));
            var support = await recognizer.ScoreAsync(new ScoreRequest(samples, language, texts, kind)
            {
                Since = SinceOf(utterance.Clock),
                AsPartial = early is { AsPartial: true },
                Tolerance = options.Tolerance,
            }, cancellation).ConfigureAwait(false);
            for (var i = 0; i < asked.Count; i++)
            {
                var key = asked[i].Key;
                var difference = support[i + 1].LogProbability - support[0].LogProbability;
                var answer = new PhoneticAnswer(support[i + 1].Loose, difference);
                known.Add(key.ChangedFrom, WrittenOf(key), key.Reading, answer);
                early?.Before.Add(PhoneticAnswers.Anywhere, WrittenOf(key), key.Reading, answer);
                if (difference >= -options.Tolerance)
                    EngineMetrics.SoundCandidates.Add(1, new KeyValuePair<string, object?>("outcome", "confirmed"));
            }
        }
        var found = new List<PhoneticMatch>();
        foreach (var reading in readings)
        {
            if (AnswerTo(reading.Key) is { } answer && answer.Difference >= -options.Tolerance)
                found.AddRange(reading.Select(c =>
                    new PhoneticMatch(set.Id, c.Use.Index, c.First, c.Last, answer.Loose, answer.Difference, -options.Tolerance)));
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
        return new ScoredText(string.Join(' ', words.Take(from).Select(w => w.Text.Trim())), reading,
            marks + string.Concat(after.Select(w => " " + w)));
    }
}
