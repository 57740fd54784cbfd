using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Calls.Load;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Utterances;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>
/// Has a leg's utterances recognised. Until the leg's language is locked this is done one after another, because each votes. An
/// utterance whose recognition fails is lost; the call goes on.
/// </summary>
/// <param name="isShown">What may be final is shown before it is: it cannot wait for others.</param>
internal sealed partial class LegRecognition(LegContext leg, LegLanguage language, bool isShown)
{
    /// <summary>
    /// Without partials nobody sees the text before the pause has made it final, 400 ms after it has begun: until then it can wait for
    /// others, and be taken back at no cost when speech goes on.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private LegLanguage _language = language;
    private Task<LegLanguage> _voted = Task.FromResult(language);

    /// <summary>The leg's language so far; null while the utterance before still decides it.</summary>
    public LegLanguage? Votes => _language.IsLocked ? _language : _voted.IsCompletedSuccessfully ? _voted.Result : null;

    /// <summary>Done when the utterances that are final have voted.</summary>
    public Task Voted => _voted;

    /// <summary>Gives an utterance to the recogniser.</summary>
    /// <param name="draft">What was heard of it before; null: nothing.</param>
    public RecognitionAttempt Begin(UtteranceSpan span, LegAudio audio, RecognitionClock clock, RecognitionKind kind,
        RecognitionDraft? draft)
    {
        var final = leg.Load.NewFinal(leg.Services.Time.GetTimestamp(), new CancellationTokenSource());
        var samples = audio.Copy(span.Start, span.End);
        var outcome = RecognizeAsync(samples, clock, kind, draft, _voted, final);
        return new RecognitionAttempt(span, samples, UtteranceContrast.Of(samples), outcome, final);
    }

    /// <summary>The utterance is final: its vote counts.</summary>
    public void Adopt(RecognitionAttempt attempt) => _voted = VoteAsync(attempt);

    private async Task<LegLanguage> VoteAsync(RecognitionAttempt attempt)
    {
        var (_, votes) = await attempt.Outcome.ConfigureAwait(false);
        if (votes.IsLocked) _language = votes;
        return votes;
    }

    // A locked language needs no vote, so nobody waits for anybody.
    private async Task<(Recognition?, LegLanguage)> RecognizeAsync(float[] samples, RecognitionClock clock, RecognitionKind kind,
        RecognitionDraft? draft, Task<LegLanguage> before, WaitingFinal final)
    {
        var votes = _language.IsLocked ? _language : (await before.ConfigureAwait(false)).Fork();
        using var stopped = leg.Stop.UnsafeRegister(static cancel => ((CancellationTokenSource)cancel!).Cancel(), final.Cancel);
        try
        {
            var request = new RecognitionRequest(samples, votes, kind)
            {
                Queued = leg.Services.Time.GetTimestamp(),
                Since = clock.Captured,
                Bias = leg.Services.Bias?.Current,
                Draft = draft,
                Patience = kind == RecognitionKind.Speculative && !isShown ? Patience : TimeSpan.Zero,
                Begun = () => leg.Load.Begin(final),
            };
            var result = await leg.Services.Recognizer.RecognizeAsync(request, final.Cancel.Token).ConfigureAwait(false);
            return (result with { Clock = result.Clock with { Captured = clock.Captured, Voiced = clock.Voiced } }, votes);
        }
        catch (OperationCanceledException)
        {
            return (null, votes);
        }
        catch (Exception e)
        {
            EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", "recognition"));
            LogLost(leg.Services.Logger, e, samples.Length / (double)AudioTime.Rate);
            return (null, votes);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "An utterance of {Seconds:F1} s could not be recognised; the call goes on without it.")]
    private static partial void LogLost(ILogger logger, Exception e, double seconds);
}
