using SpeechQA.Engine;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Speech.Recognition;
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

    /// <summary>Has a second of silence recognised; the workers are warm after it, and what loading has left behind is given back.</summary>
    public async Task WarmUpAsync(CancellationToken cancellation)
    {
        var request = new RecognitionRequest(new float[AudioTime.Rate], new LegLanguage(engine.Languages[0]), RecognitionKind.File) { Queued = time.GetTimestamp() };
        await engine.Recognizer.RecognizeAsync(request, cancellation).ConfigureAwait(false);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        _answered = true;
    }

    private static ApiProblem Unready(string cause, string remedy) =>
        new(StatusCodes.Status503ServiceUnavailable, "not-ready", cause, remedy) { RetryAfter = 1 };
}
