using SpeechQA.Engine;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Utterances;
using SpeechQA.Host.Api;
using SpeechQA.Host.Live;

namespace SpeechQA.Host.Server;

/// <summary>
/// Ready means: the models are loaded, a worker has answered once, and no live utterance has been waiting for its text for
/// very long.
/// </summary>
internal sealed class Readiness(SpeechEngine engine, TranscriptionLag lag, TimeProvider time)
{
    /// <summary>Longest wait for a text before the server counts as stuck, seconds.</summary>
    private const double StuckSeconds = 30;

    private volatile bool _answered;

    /// <summary>What is missing, or null when the server is ready.</summary>
    public ApiProblem? Problem =>
        !_answered ? Unready("no worker has answered yet", "wait a moment")
        : lag.OldestSeconds > StuckSeconds ? Unready("transcription is stuck or far behind", "send fewer calls, or restart the server")
        : null;

    /// <summary>
    /// Has the longest utterance recognised by every worker, of silence: they are warm after it and their memory is as large as it will be.
    /// Then what loading has left behind is given back.
    /// </summary>
    public async Task WarmUpAsync(CancellationToken cancellation)
    {
        var silence = new float[UtteranceSegmenter.Longest];
        await Task.WhenAll(Enumerable.Range(0, engine.Recognizer.Workers).Select(_ => RecognizeAsync())).ConfigureAwait(false);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        _answered = true;

        // As a final: a worker that is busy leaves it to one that is idle.
        async Task RecognizeAsync() => await engine.Recognizer.RecognizeAsync(
            new RecognitionRequest(silence, new LegLanguage(engine.Languages[0]), RecognitionKind.Final) { Queued = time.GetTimestamp() }, cancellation).ConfigureAwait(false);
    }

    private static ApiProblem Unready(string cause, string remedy) =>
        new(StatusCodes.Status503ServiceUnavailable, "not-ready", cause, remedy) { RetryAfter = 1 };
}
