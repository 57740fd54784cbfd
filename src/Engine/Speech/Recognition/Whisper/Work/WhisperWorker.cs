using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;
using SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;
using SpeechQA.Engine.Speech.Recognition.Whisper.WordTimes;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Work;

/// <summary>
/// One dedicated thread that recognises utterances, several at a time:
/// <list type="number">
/// <item>with nothing in flight it waits for a request; otherwise it takes one more, if there is one, between two passes;</item>
/// <item>encoder, language (when open) and prompt of the new one; or, when texts are to be compared, passes for each; those in flight go on
/// between layers of a long window and in each pass;</item>
/// <item>with nobody new, one decoder pass for all in flight; results of those that stop.</item>
/// </list>
/// It never waits for a batch to fill: what can wait for company does so in the queue (<see cref="QueuedWork.Patience"/>). A recording's
/// utterance joins only while none of a live call is in flight (<see cref="RecordingQuota"/>).
/// </summary>
internal sealed class WhisperWorker : IDisposable
{
    /// <summary>
    /// Decoder passes in a row that a final in flight is given before a partial joins it, and a late one before anything younger does.
    /// </summary>
    private const int StepsBetween = 12;

    /// <summary>So long after its speech a final is late: what is left of it takes some 60 ms, and a newcomer's encoder as much.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(0.9);

    private readonly WhisperModel _model;
    private readonly WorkQueue _queue;
    private readonly WhisperCounters _counters;
    private readonly TimeProvider _time;
    private readonly int _maxBatch;
    private readonly WhisperEncoder _encoder;
    private readonly WordTimer _timer;
    private readonly TextScorer _scorer;
    private readonly DecoderBatch<RecognitionWork> _batch;
    private readonly Queue<QueuedWork> _taken = [];
    private int _steps;

    public WhisperWorker(WhisperModel model, WorkQueue queue, WhisperCounters counters, TimeProvider time, StatePool states, RecentMel mel,
        int maxBatch)
    {
        (_model, _queue, _counters, _time, _maxBatch) = (model, queue, counters, time, maxBatch);
        _encoder = new WhisperEncoder(model.Encoder, model.Settings, counters, RunPass, mel);
        _timer = new WordTimer(model.Rules, model.Vocabulary);
        _scorer = new TextScorer(model);
        _batch = new DecoderBatch<RecognitionWork>(model.Decoder, model.Settings, counters, states, Finish);
    }

    /// <summary>Works until the queue is closed and everything in flight is done.</summary>
    public void Run()
    {
        while (true)
        {
            var work = Next();
            if (work is null && _batch.Count == 0) return;
            var from = _counters.Now;
            if (work is { IsDropped: false }) work.Begin();
            if (work is RecognitionWork { IsDropped: false } recognition) Begin(recognition);
            else if (work is ScoringWork { IsDropped: false } scoring) Score(scoring);
            else RunPass();
            _steps = work is null ? _steps + 1 : 0;
            _counters.Worked(from);
        }
    }

    private QueuedWork? Next()
    {
        if (_taken.TryDequeue(out var taken)) return taken;
        if (_batch.Count == _maxBatch) return null;
        if (_batch.Count > 0)
            return _steps < StepsBetween && OldestLate() is { } since ? _queue.TakeOlder(since) : _queue.TakeMore(Least());
        if (_queue.Wait() is not { } first) return null;
        // From the start together, for little joins those that are late.
        while (_taken.Count + 1 < _maxBatch && _queue.TakeMore(RecognitionKind.Final) is { } more) _taken.Enqueue(more);
        return first;
    }

    /// <summary>Wall stamp of the oldest speech of the finals in flight if that is late; null: none is.</summary>
    private long? OldestLate()
    {
        var oldest = long.MaxValue;
        for (var i = 0; i < _batch.Count; i++)
            if (IsFinal(_batch[i]) && _batch[i].Since is > 0 and var since) oldest = Math.Min(oldest, since);
        return oldest < long.MaxValue && _time.GetElapsedTime(oldest) > Late ? oldest : null;
    }

    private static bool IsFinal(RecognitionWork work) => work.Kind is RecognitionKind.Speculative or RecognitionKind.Final;

    /// <summary>The least urgent kind that may join now.</summary>
    private RecognitionKind Least()
    {
        var files = _batch.CountOf(static work => work.Kind == RecognitionKind.File);
        if (RecordingQuota.MayJoin(_batch.Count - files, files, _maxBatch, _queue.HasLiveCalls)) return RecognitionKind.File;
        // A newcomer's encoder takes as long as ten decoder passes: a final in flight would wait for every partial that comes meanwhile.
        return _steps >= StepsBetween || _batch.CountOf(IsFinal) == 0
            ? RecognitionKind.Partial
            : RecognitionKind.Final;
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _batch.Dispose();
    }

    /// <summary>Nobody else is concerned when a new one fails.</summary>
    private void Begin(RecognitionWork work)
    {
        try
        {
            var samples = work.Request.Samples.Span;
            _batch.Enter(samples, _encoder, work.Request.Kind == RecognitionKind.Partial ? _model.Settings.PartialWindow : null);
            var language = Language(work.Request);
            var hypothesis = new Hypothesis(_model.Rules, language, AudioTime.Seconds(samples.Length),
                _model.BiasOf(work.Request.Bias, language), Draft(work.Request, language),
                exact: work.Request.Kind != RecognitionKind.Partial);
            if (_batch.Join(work, hypothesis)) return;
            _batch.Leave();
            Finish(work, hypothesis);
        }
        catch (Exception e)
        {
            work.Fail(e);
        }
    }

    /// <summary>The encoding, which is often there still, then the passes of each text.</summary>
    private void Score(ScoringWork work)
    {
        try
        {
            var request = work.Request;
            _batch.Enter(request.Samples.Span, _encoder, request.AsPartial ? _model.Settings.PartialWindow : null);
            _scorer.Begin(request.Language);
            var support = new List<TextSupport>();
            foreach (var text in request.Texts)
                support.Add(_scorer.Score(_batch, text, support.Count > 0
                    ? support[0].LogProbability - request.Tolerance
                    : double.NegativeInfinity));
            _batch.Leave();
            work.Complete(support);
        }
        catch (Exception e)
        {
            work.Fail(e);
        }
    }

    private string Language(RecognitionRequest request)
    {
        var language = request.Language;
        if (language.Locked is { } locked) return locked;
        var pass = _batch.Read([_model.Vocabulary.RowOf(_model.Settings.Sot)]);
        var votes = _model.Rules.Languages(pass.Logits(0), language.Allowed);
        // The same speech comes again with the final: a partial follows the votes and casts none.
        return language.Decide(votes, request.Kind == RecognitionKind.Partial ? 0 : AudioTime.Seconds(request.Samples.Length));
    }

    private int[] Draft(RecognitionRequest request, string language) =>
        request.Draft is { } draft && draft.Language == language ? _model.Vocabulary.RowsOf(draft.Tokens) : [];

    /// <summary>A decoder pass for those in flight, if any. When it fails all of them do, and the worker goes on without them.</summary>
    private void RunPass()
    {
        if (_batch.Count == 0) return;
        try
        {
            _batch.Drop(static work => work.IsDropped);
            if (_batch.Count > 0) _batch.RunPass();
        }
        catch (Exception e)
        {
            foreach (var work in _batch.Owners) work.Fail(e);
            _batch.Drop(static _ => true);
        }
    }

    private void Finish(RecognitionWork work, Hypothesis hypothesis)
    {
        try
        {
            var clock = new RecognitionClock(0, 0, work.Request.Queued, _time.GetTimestamp());
            var result = _model.Result(hypothesis, _timer, clock);
            hypothesis.Attention.Dispose();
            work.IsBiased = hypothesis.IsBiased;
            _counters.Finished(work.Request.Samples.Length);
            work.Complete(result);
        }
        catch (Exception e)
        {
            work.Fail(e);
        }
    }
}
