using System.Collections.Concurrent;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Host.Live;

/// <summary>
/// How far transcription is behind the audio of live calls: stands in front of the recogniser and knows how long the
/// oldest utterance has been waiting for its text, and how long the slowest of the last few seconds has waited.
/// </summary>
internal sealed class TranscriptionLag(ISpeechRecognizer inner, TimeProvider time) : RecognizerInFront(inner)
{
    /// <summary>How long a finished wait is remembered, at least; at most twice as long.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<RecognitionRequest, byte> _waiting = new(ReferenceEqualityComparer.Instance);
    private readonly Lock _lock = new();
    private TimeSpan _slowestBefore, _slowest;
    private long _since = time.GetTimestamp();

    /// <summary>Age of the oldest utterance of a live call that waits for its text, seconds; 0 when none waits.</summary>
    public double OldestSeconds => _waiting.Keys.Select(r => time.GetElapsedTime(r.Queued).TotalSeconds).DefaultIfEmpty(0).Max();

    /// <summary>The worst wait now or in the last few seconds, seconds, rounded for display.</summary>
    public double Seconds
    {
        get
        {
            lock (_lock)
            {
                Turn();
                var slowest = _slowest > _slowestBefore ? _slowest : _slowestBefore;
                return Math.Round(Math.Max(OldestSeconds, slowest.TotalSeconds), 2);
            }
        }
    }

    public override async ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default)
    {
        // Recordings wait for live calls on purpose, and partials only take what is left: that is no lag.
        if (request.Kind is RecognitionKind.File or RecognitionKind.Partial)
            return await base.RecognizeAsync(request, cancellation).ConfigureAwait(false);
        _waiting.TryAdd(request, 0);
        try
        {
            var result = await base.RecognizeAsync(request, cancellation).ConfigureAwait(false);
            Remember(time.GetElapsedTime(request.Queued));
            return result;
        }
        finally
        {
            _waiting.TryRemove(request, out _);
        }
    }

    private void Remember(TimeSpan waited)
    {
        lock (_lock)
        {
            Turn();
            if (waited > _slowest) _slowest = waited;
        }
    }

    private void Turn()
    {
        var elapsed = time.GetElapsedTime(_since);
        if (elapsed < Remembered) return;
        (_slowestBefore, _slowest) = (elapsed < 2 * Remembered ? _slowest : TimeSpan.Zero, TimeSpan.Zero);
        _since = time.GetTimestamp();
    }
}
