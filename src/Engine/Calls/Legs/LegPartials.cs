using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Calls.Early;
using SpeechQA.Engine.Calls.Load;
using SpeechQA.Engine.Calls.Phonetic;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Running;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Utterances;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>
/// Words of a live leg while an utterance is being spoken. At the leg's <see cref="PartialPace"/> the grown window is recognised,
/// with the last partial's text as a draft that is verified in one pass; at most one is under way, and what is decoded as
/// the likely final overtakes it. Under load partials are given up first (<see cref="Overload"/>), each left out counted.
/// </summary>
/// <remarks>Called by the leg's listener only; results are taken when that comes by, so nothing here is shared.</remarks>
internal sealed partial class LegPartials(LegContext leg, LegOutbox outbox)
{
    /// <summary>Nobody has voted for the leg's language yet: shorter speech is too unreliable to show.</summary>
    private static readonly long ShortestUndecided = AudioTime.Position(LegLanguage.ShortestVote);

    private static readonly Task<TranscriptDraft?> Nothing = Task.FromResult<TranscriptDraft?>(null);

    private readonly PartialPace _pace = new(leg);
    private readonly StableWords _words = new();
    private Work? _work;
    private RecognitionDraft? _draft;
    private DraftJudgement? _judgement;
    private PhoneticAnswers _answers = new();
    private Task<TranscriptDraft?> _sounds = Nothing;
    private long _shownVoice;

    private sealed record Work(int Utterance, UtteranceSpan Span, float[] Samples, Task<Recognition?> Task, CancellationTokenSource Cancel);

    /// <summary>Speech that was recognised.</summary>
    /// <param name="Utterance">Index it will have when it is final.</param>
    /// <param name="Contrast">Of its audio, dB.</param>
    /// <param name="Paused">A pause follows.</param>
    /// <param name="Answers">What the recogniser was asked of just that audio.</param>
    private sealed record Speech(int Utterance, UtteranceSpan Span, float[] Samples, float Contrast, bool Paused, PhoneticAnswers Answers);

    /// <summary>What was heard last of the utterance under way.</summary>
    public RecognitionDraft? Draft => leg.Call.Partials.Verify ? _draft : null;

    /// <summary>Done when the rules have seen the words shown last.</summary>
    public Task Judged => _judgement?.Answered ?? Task.CompletedTask;

    /// <summary>The partial under way; done when there is none.</summary>
    public Task UnderWay => _work?.Task ?? Task.CompletedTask;

    /// <summary>The look for phrases by sound in what was shown last; done when there is none.</summary>
    public Task SoundsUnderWay => _sounds;

    /// <summary>Speech goes on: begins a partial when one is due.</summary>
    /// <param name="utterance">Index it will have when it is final.</param>
    /// <param name="soFar">The utterance up to now.</param>
    /// <param name="votes">The leg's language so far; null: still being decided by the utterance before.</param>
    public void Advance(int utterance, in UtteranceSpan soFar, LegAudio audio, Func<UtteranceSpan, RecognitionClock> clockOf,
        LegLanguage? votes)
    {
        var tooShort = votes is { IsLocked: false, HasVotes: false } && soFar.VoiceEnd - soFar.VoiceStart < ShortestUndecided;
        if (!_pace.TryBegin(soFar, canBegin: _work is null && votes is not null, tooShort, _judgement is { WantsMore: true })) return;
        var cancel = new CancellationTokenSource();
        var samples = audio.Copy(soFar.Start, soFar.End);
        var request = new RecognitionRequest(samples, votes!.IsLocked ? votes : votes.Fork(), RecognitionKind.Partial)
        {
            Queued = leg.Services.Time.GetTimestamp(),
            Draft = Draft,
        };
        _work = new Work(utterance, soFar, samples, RecognizeAsync(request, clockOf(soFar), cancel), cancel);
    }

    /// <summary>Shows the partial under way if it is done, and has the rules judge what it sounds like if that is known.</summary>
    public void Poll()
    {
        if (_sounds is { IsCompleted: true, Result: { } heard })
        {
            _sounds = Nothing;
            outbox.Put(heard, null);
        }
        if (_work is not { Task.IsCompleted: true } done) return;
        _work = null;
        done.Cancel.Dispose();
        if (done.Task.Result is not { } result) return;
        var contrast = UtteranceContrast.Of(done.Samples);
        Show(result, new Speech(done.Utterance, done.Span, done.Samples, contrast, Paused: false, _answers));
    }

    /// <summary>Shows what was heard of the utterance up to a pause.</summary>
    /// <param name="utterance">Index it will have when it is final.</param>
    /// <param name="attempt">What was recognised.</param>
    public void ShowPaused(Recognition result, int utterance, RecognitionAttempt attempt)
    {
        // Speech may have gone on, and more of it may have been shown meanwhile.
        if (attempt.Span.VoiceEnd < _shownVoice) return;
        Show(result, new Speech(utterance, attempt.Span, attempt.Samples, attempt.Contrast, Paused: true, attempt.Answers));
    }

    /// <summary>The same speech is decoded as the likely final: drops the partial under way.</summary>
    public void Overtake(in UtteranceSpan span)
    {
        if (_work is { } work)
        {
            _work = null;
            work.Cancel.Cancel();
        }
        _pace.Overtake(span);
    }

    /// <summary>The utterance is final.</summary>
    public void Next()
    {
        _words.Clear();
        _answers = new PhoneticAnswers();
        _sounds = Nothing;
        _draft = null;
        _judgement = null;
        _pace.Next();
    }

    private void Show(Recognition result, Speech speech)
    {
        _draft = new RecognitionDraft(result.Language, result.DraftTokens);
        if (!SpeechEvidence.IsBelievable(result, speech.Span.Voice, speech.Contrast)) return;
        result = SpeechEvidence.WithoutSqueezedRepeat(result);
        _shownVoice = speech.Span.VoiceEnd;
        if (DraftOf(result, speech) is not { } draft) return;
        outbox.Put(draft, _judgement = new DraftJudgement());
        _sounds = leg.MayBeEarly ? ListenAsync(draft, speech, _answers) : Nothing;
    }

    /// <summary>The words as they are shown, stable ones first; null: there are none.</summary>
    private TranscriptDraft? DraftOf(Recognition result, Speech speech)
    {
        var (span, paused) = (speech.Span, speech.Paused);
        var end = paused ? span.VoiceEnd : span.End;
        var heard = RecognizedWords.Place(result, span);
        var words = _words.Take(result.Language, heard, end, paused);
        if (words.Count == 0) return null;
        var shown = new Utterance(leg.Id.Index, leg.Id.Party, speech.Utterance, span.VoiceStart, Math.Max(end, words[^1].End),
            string.Join(' ', words.Select(w => w.Text)), result.Language, MathF.Exp(result.AverageLogProbability), words)
        {
            Decided = Math.Max(leg.Progress.Position, span.End),
            Clock = result.Clock,
        };
        return new TranscriptDraft(shown, _words.Count, paused)
        {
            Heard = shown with { Words = heard, Text = result.Text, End = Math.Max(end, heard[^1].End) },
        };
    }

    /// <summary>What was shown, to be judged again with the phrases that it sounds like; null: it sounds like none.</summary>
    private async Task<TranscriptDraft?> ListenAsync(TranscriptDraft draft, Speech speech, PhoneticAnswers before)
    {
        var words = draft.Heard.Words;
        var whole = draft.Paused || draft.Heard.End - words[^1].End >= LegDraft.ClosingSilence ? words.Count : words.Count - 1;
        var look = new EarlyLook(whole, before, AsPartial: !draft.Paused);
        var heard = await leg.Services.WithSoundsAsync(draft.Heard, speech.Samples, RecognitionKind.Speculative, speech.Answers, look)
            .ConfigureAwait(false);
        return heard.Sounds.Count == 0 ? null : draft with { Heard = heard, IsShown = true };
    }

    private async Task<Recognition?> RecognizeAsync(RecognitionRequest request, RecognitionClock clock, CancellationTokenSource cancel)
    {
        using var stopped = leg.Stop.UnsafeRegister(static under => ((CancellationTokenSource)under!).Cancel(), cancel);
        try
        {
            var result = await leg.Services.Recognizer.RecognizeAsync(request, cancel.Token).ConfigureAwait(false);
            return result with { Clock = result.Clock with { Captured = clock.Captured, Voiced = clock.Voiced } };
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception e)
        {
            EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", "partial"));
            LogLost(leg.Services.Logger, e, request.Samples.Length / (double)AudioTime.Rate);
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A partial of {Seconds:F1} s could not be recognised; the final comes all the same.")]
    private static partial void LogLost(ILogger logger, Exception e, double seconds);
}
