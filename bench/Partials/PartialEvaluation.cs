using System.Diagnostics;
using SpeechQA.Bench.Scoring;
using SpeechQA.Bench.Truth;
using SpeechQA.Bench.WordErrors;
using SpeechQA.Engine;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Host.Analysis;

namespace SpeechQA.Bench.Partials;

/// <summary>How partials are made in one run over the recordings.</summary>
internal enum PartialMode
{
    /// <summary>None: finals, and likely finals at 200 ms of silence.</summary>
    None,

    /// <summary>Every partial is decoded from scratch.</summary>
    Scratch,

    /// <summary>The last partial's text is verified first.</summary>
    Verified,
}

/// <summary>What one run cost.</summary>
/// <param name="Cpu">Processor time of the whole process, seconds.</param>
/// <param name="Encoder">Wall time of the workers inside the encoder, seconds.</param>
/// <param name="Decoder">Wall time of the workers inside the decoder, seconds.</param>
/// <param name="Work">What the partials asked for.</param>
internal sealed record PartialCost(PartialMode Mode, double Cpu, double Encoder, double Decoder, PartialWork Work);

/// <summary>
/// Sample calls as live calls in audio time: recognition takes no time, so that what is shown and raised depends on the
/// audio alone. Three runs: without partials, from scratch, verified; quality is that of the last.
/// </summary>
internal sealed class PartialEvaluation(SpeechEngine engine, PartialMeter meter, WhisperRecognizer recognizer)
{
    private readonly List<PartialCost> _costs = [];

    public IReadOnlyList<PartialCost> Costs => _costs;

    /// <summary>Both channels of the recordings together, seconds.</summary>
    public double Audio { get; private set; }

    public EarlyAlertFigures Early { get; } = new();
    public StabilityFigures Stability { get; } = new();

    /// <summary>Calls whose alerts differ between the runs: there must be none.</summary>
    public List<string> Differing { get; } = [];

    /// <param name="atOnce">Calls at the same time.</param>
    public async Task RunAsync(IReadOnlyList<SampleCall> samples, int atOnce, Action done, CancellationToken cancellation)
    {
        // The first call once more than counted: compiles the code, and lets buffers grow.
        await FollowAsync(samples[0], PartialMode.Verified, cancellation).ConfigureAwait(false);
        var alerts = new Dictionary<string, List<string>>();
        foreach (var mode in Enum.GetValues<PartialMode>())
        {
            await using var events = new EventCollector(engine.Feed);
            meter.Take();
            using var process = Process.GetCurrentProcess();
            var (cpu, before) = (process.TotalProcessorTime, recognizer.Statistics);
            var calls = new List<(SampleCall Sample, Call Call)>();
            await foreach (var call in OrderedRun.RunAsync(samples, atOnce, async (s, stop) =>
                (s, await FollowAsync(s, mode, stop).ConfigureAwait(false)), cancellation).ConfigureAwait(false))
            {
                calls.Add(call);
                done();
            }
            process.Refresh();
            var after = recognizer.Statistics;
            _costs.Add(new PartialCost(mode, (process.TotalProcessorTime - cpu).TotalSeconds, (after.Encoder - before.Encoder).TotalSeconds,
                (after.Decoder - before.Decoder).TotalSeconds, meter.Take()));
            await events.FinishAsync().ConfigureAwait(false);
            foreach (var (sample, call) in calls) Take(sample, call, mode, events.Of(call.Id), alerts);
        }
    }

    private void Take(SampleCall sample, Call call, PartialMode mode, IReadOnlyList<CallEvent> events,
        Dictionary<string, List<string>> alerts)
    {
        // Without the id: early alerts take numbers, too.
        List<string> raised = [.. call.Alerts.Select(a => $"{a.Rule} {a.Version} {a.Leg} {a.Start}-{a.End} {a.Decided} {a.Summary}")];
        if (mode == PartialMode.None) alerts[sample.Name] = raised;
        else if (!alerts[sample.Name].SequenceEqual(raised)) Differing.Add($"{sample.Name} ({mode})");
        if (mode != PartialMode.Verified) return;
        Audio += events[^1].Time * call.Legs.Count;
        Early.Add(sample, events);
        Stability.Add(events);
    }

    private async Task<Call> FollowAsync(SampleCall sample, PartialMode mode, CancellationToken cancellation)
    {
        await using var recording = await Recordings.OpenAsync(sample.Path, cancellation).ConfigureAwait(false);
        if (recording.Channels != 2)
            throw new BadInputException($"{sample.Path}: one channel", "give sample calls with a channel for each party");
        var agent = LabelledAudio.AgentChannelOf(sample.Truth) - 1;
        var (call, _) = engine.Open(new CallOptions
        {
            Language = sample.Truth.Call.Language[..2],
            Legs = [new(Party.Agent, recording.SampleRate), new(Party.Customer, recording.SampleRate)],
            Partials = new PartialOptions { Enabled = mode != PartialMode.None, Verify = mode == PartialMode.Verified, InAudioTime = true },
        });
        try
        {
            await RecordingPlayer.PlayAsync(recording, call, [agent, 1 - agent], cancellation).ConfigureAwait(false);
        }
        finally
        {
            await call.Completion.ConfigureAwait(false);
        }
        return call;
    }
}

/// <summary>What became of the alerts that were raised before their final text.</summary>
internal sealed class EarlyAlertFigures
{
    private readonly List<double> _leads = [];
    private readonly List<string> _withdrawn = [];

    public int Raised { get; private set; }
    public int Confirmed { get; private set; }

    /// <summary>Alerts that came with their final text only.</summary>
    public int Late { get; private set; }

    /// <summary>Seconds of audio by which each confirmed alert came before its final.</summary>
    public IReadOnlyList<double> Leads => _leads;

    /// <summary>One line each.</summary>
    public IReadOnlyList<string> Withdrawn => _withdrawn;

    public double WithdrawnShare => Raised == 0 ? 0 : _withdrawn.Count / (double)Raised;

    /// <summary>Delays against the truth with early alerts, and of the finals alone.</summary>
    public AlertScore Score { get; } = new();

    /// <inheritdoc cref="Score"/>
    public AlertScore FinalScore { get; } = new();

    public void Add(SampleCall sample, IReadOnlyList<CallEvent> events)
    {
        var open = new Dictionary<string, AlertRaised>();
        var (early, final) = (new List<ScoredAlert>(), new List<ScoredAlert>());
        foreach (var e in events)
        {
            switch (e)
            {
                case AlertRaised { Early: true } raised:
                    open[raised.Alert.Id] = raised;
                    Raised++;
                    break;
                case AlertRaised raised:
                    if (raised.Alert.Evidence.Any(x => x.Kind == "phrase")) Late++;
                    early.Add(Scored(raised.Alert, raised.Time));
                    final.Add(Scored(raised.Alert, raised.Time));
                    break;
                case AlertConfirmed confirmed:
                    Confirmed++;
                    _leads.Add(confirmed.Time - open[confirmed.AlertId].Time);
                    early.Add(Scored(confirmed.Alert, open[confirmed.AlertId].Time));
                    final.Add(Scored(confirmed.Alert, confirmed.Time));
                    break;
                case AlertWithdrawn withdrawn:
                    var was = open[withdrawn.AlertId];
                    _withdrawn.Add(FormattableString.Invariant($"{sample.Name,-24} {was.Alert.Rule,-20} {was.Time,7:F2} ")
                        + $"{was.Alert.Summary}: {withdrawn.Reason}; final: {FinalAt(events, was)}");
                    break;
            }
        }
        Score.Add(early, sample.Truth);
        FinalScore.Add(final, sample.Truth);
    }

    private static ScoredAlert Scored(AlertInfo a, double sent) => new(a.Rule, PartyName.Of(a.Party), a.Start, a.End, sent);

    private static string FinalAt(IEnumerable<CallEvent> events, AlertRaised was) => events.OfType<TranscriptFinal>()
        .FirstOrDefault(f => f.Party == was.Alert.Party && f.Start < was.Alert.End && f.End > was.Alert.Start)?.Text ?? "none";
}

/// <summary>Whether shown text settled: what became of words that were said to be stable.</summary>
internal sealed class StabilityFigures
{
    /// <summary>Partials shown.</summary>
    public int Partials { get; private set; }

    /// <summary>Words that were stable before their final came.</summary>
    public int Stable { get; private set; }

    /// <summary>Words of the finals of utterances that had partials.</summary>
    public int Words { get; private set; }

    /// <summary>Stable words that the final has otherwise (edit distance to the begin of the final).</summary>
    public int Wrong { get; private set; }

    /// <summary>Partials whose stable text is not a continuation of that of the partial before, in the same language.</summary>
    public int Jumps { get; private set; }

    public void Add(IReadOnlyList<CallEvent> events)
    {
        var last = new Dictionary<(Party, int), TranscriptPartial>();
        foreach (var e in events)
        {
            if (e is TranscriptPartial partial)
            {
                Partials++;
                var key = (partial.Party, partial.Utterance);
                if (last.TryGetValue(key, out var before) && before.Language == partial.Language
                    && !StableOf(partial).StartsWith(StableOf(before), StringComparison.Ordinal)) Jumps++;
                last[key] = partial;
            }
            if (e is TranscriptFinal final && last.Remove((final.Party, final.Utterance), out var shown)) Compare(shown, final);
        }
    }

    private void Compare(TranscriptPartial shown, TranscriptFinal final)
    {
        var stable = WordsOf(StableOf(shown), final.Language);
        var words = WordsOf(final.Text, final.Language);
        Words += words.Length;
        Stable += stable.Length;
        Wrong += Enumerable.Range(0, words.Length + 1).Min(n => EditDistance.Between<string>(stable, words[..n]).Total);
    }

    private static string StableOf(TranscriptPartial partial) => partial.Text[..partial.Stable];

    private static string[] WordsOf(string text, string language) =>
        TextNormalizer.Normalize(text, language).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
