using SpeechQA.Engine.Audio;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// One dedicated thread that recognises utterances, several at a time:
/// <list type="number">
/// <item>with nothing in flight it waits for a request; otherwise it takes one more, if there is one, between two steps;</item>
/// <item>encoder, language (when open) and prompt of the new one, alone;</item>
/// <item>one decoder step for all in flight; results of those that stop.</item>
/// </list>
/// It never waits for a batch to fill.
/// </summary>
internal sealed class WhisperWorker : IDisposable
{
    private readonly WhisperModel _model;
    private readonly WorkQueue _queue;
    private readonly WhisperCounters _counters;
    private readonly TimeProvider _time;
    private readonly int _maxBatch;
    private readonly WhisperEncoder _encoder;
    private DecoderBatch<RecognitionWork> _batch;

    public WhisperWorker(WhisperModel model, WorkQueue queue, WhisperCounters counters, TimeProvider time, int maxBatch)
    {
        (_model, _queue, _counters, _time, _maxBatch) = (model, queue, counters, time, maxBatch);
        _encoder = new WhisperEncoder(model.Encoder, model.Settings, counters);
        _batch = new DecoderBatch<RecognitionWork>(model.Decoder, model.Settings, counters, maxBatch);
    }

    /// <summary>Works until the queue is closed and everything in flight is done.</summary>
    public void Run()
    {
        while (true)
        {
            var work = _batch.Count == 0 ? _queue.Wait() : _batch.Count < _maxBatch ? _queue.TakeMore() : null;
            if (work is null && _batch.Count == 0) return;
            var from = _counters.Now;
            if (work is { IsDropped: false }) Guard(() => Begin(work), [work]);
            if (_batch.Count > 0) Guard(Step, _batch.Owners);
            _counters.Worked(from);
        }
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _batch.Dispose();
    }

    private void Begin(RecognitionWork work)
    {
        var samples = work.Request.Samples.Span;
        _batch.Enter(samples, _encoder);
        var hypothesis = new Hypothesis(_model.Rules, Language(work.Request), AudioTime.Seconds(samples.Length));
        if (!_batch.Join(work, hypothesis)) Finish(work, hypothesis);
    }

    private string Language(RecognitionRequest request)
    {
        var language = request.Language;
        if (language.Locked is { } locked) return locked;
        var pass = _batch.Read([_model.Vocabulary.RowOf(_model.Settings.Sot)]);
        var votes = _model.Rules.Languages(pass.Logits(0, 0), language.Allowed);
        // The same speech comes again with the final: a partial follows the votes and casts none.
        return language.Decide(votes, request.Kind == RecognitionKind.Partial ? 0 : AudioTime.Seconds(request.Samples.Length));
    }

    private void Step()
    {
        _batch.Drop(work => work.IsDropped);
        if (_batch.Count > 0) _batch.Step(Finish);
    }

    private void Finish(RecognitionWork work, Hypothesis hypothesis)
    {
        var clock = new RecognitionClock(0, 0, work.Request.Queued, _time.GetTimestamp());
        _counters.Finished(work.Request.Samples.Length);
        work.Complete(_model.Result(hypothesis, clock));
    }

    /// <summary>An error of ONNX Runtime or of ours ends the utterances it concerns, not the worker.</summary>
    private void Guard(Action action, IEnumerable<RecognitionWork> concerned)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            foreach (var work in concerned.ToList()) work.Fail(e);
            foreach (var work in _batch.Owners) work.Fail(e);
            _batch.Dispose();
            _batch = new DecoderBatch<RecognitionWork>(_model.Decoder, _model.Settings, _counters, _maxBatch);
        }
    }
}
