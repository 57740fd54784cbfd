using SpeechQA.Engine;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Utterances;
using SpeechQA.Host.Api;
using SpeechQA.Host.Live;

namespace SpeechQA.Host.Server;

/// <summary>
/// Ready means: the models are loaded, a worker has answered once, and no live utterance has been waiting for its text for
/// very long.
/// </summary>
internal sealed partial class Readiness(SpeechEngine engine, TranscriptionLag lag, TimeProvider time, ILogger<Readiness> logger)
{
    /// <summary>Longest wait for a text before the server counts as stuck, seconds.</summary>
    private const double StuckSeconds = 30;

    /// <summary>Pauses before a failed warm-up is tried again; the last one repeats.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)];

    private volatile bool _answered;
    private volatile string? _failed;

    /// <summary>What is missing, or null when the server is ready.</summary>
    public ApiProblem? Problem =>
        !_answered && _failed is { } cause
            ? Unready($"the warm-up failed: {cause}", "wait until it is tried again; if it fails again see the log and restart the server")
        : !_answered ? Unready("no worker has answered yet", "wait a moment")
        : lag.OldestSeconds > StuckSeconds ? Unready("transcription is stuck or far behind", "send fewer calls, or restart the server")
        : null;

    /// <summary>Warms up until it succeeds or is cancelled. A failure is logged and told by <see cref="Problem"/>.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        for (var tries = 0; !_answered; tries++)
        {
            var pause = Pauses[Math.Min(tries, Pauses.Length - 1)];
            try
            {
                await WarmUpAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", "warm-up"));
                LogFailed(e, pause.TotalSeconds);
                _failed = e.Message.ReplaceLineEndings(" ");
                await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Has the longest utterance recognised by every worker, of silence: they are warm after it and their memory is as large as it will be.
    /// Then what loading has left behind is given back.
    /// </summary>
    private async Task WarmUpAsync(CancellationToken cancellation)
    {
        var silence = new float[UtteranceSegmenter.Longest];
        await Task.WhenAll(Enumerable.Range(0, engine.Recognizer.Workers).Select(_ => RecognizeAsync())).ConfigureAwait(false);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        _answered = true;

        // As a final: a worker that is busy leaves it to one that is idle.
        async Task RecognizeAsync() => await engine.Recognizer.RecognizeAsync(
            new RecognitionRequest(silence, new LegLanguage(engine.Languages[0]), RecognitionKind.Final) { Queued = time.GetTimestamp() },
            cancellation).ConfigureAwait(false);
    }

    private static ApiProblem Unready(string cause, string remedy) =>
        new(StatusCodes.Status503ServiceUnavailable, "not-ready", cause, remedy) { RetryAfter = 1 };

    [LoggerMessage(1, LogLevel.Error,
        "The warm-up of the recogniser failed: calls would not be transcribed. It is tried again in {Seconds} s.")]
    private partial void LogFailed(Exception e, double seconds);
}
