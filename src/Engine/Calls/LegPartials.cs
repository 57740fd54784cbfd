using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Rules.Running;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Utterances;

namespace SpeechQA.Engine.Calls;

/// <summary>
/// Words of a live leg while an utterance is being spoken. After every 0.8 s of new speech (1.6 s where it is only shown) the grown window is recognised,
/// with the last partial's text as a draft that is verified in one pass; at most one is under way, and what is decoded as
/// the likely final overtakes it. Under load partials are given up first (<see cref="Overload"/>), each left out counted.
/// </summary>
/// <param name="stop">The call has ended by a fault: nobody waits for what is under way.</param>
/// <remarks>Called by the leg's loop only; results are taken when that loop comes by, so nothing here is shared.</remarks>
internal sealed class LegPartials(Leg leg, LegServices services, PartialOptions options, CallLoad load, CancellationToken stop)
{
    /// <summary>Nobody has voted for the leg's language yet: shorter speech is too unreliable to show.</summary>
    private static readonly long ShortestUndecided = AudioTime.Position(LegLanguage.ShortestVote);

    /// <summary>Partials of an utterance that may come sooner: a phrase may wait for the end of a long clause.</summary>
    private const int MostHastened = 8;

    private readonly long _acted = AudioTime.Position(options.Every.TotalSeconds), _shown = AudioTime.Position(options.EveryShown.TotalSeconds),
        _awaited = AudioTime.Position(options.EveryAwaited.TotalSeconds);
    private readonly StableWords _words = new();
    private Work? _work;
    private RecognitionDraft? _draft;
    private int _hastened;
    private Task<bool> _judged = Task.FromResult(false);
    private SoundAnswers _answers = new();
    private Task<TranscriptDraft?> _sounds = Nothing;
    private long _last = -1;
    private long _shownVoice;

    private static readonly Task<TranscriptDraft?> Nothing = Task.FromResult<TranscriptDraft?>(null);

    private sealed record Work(int Utterance, UtteranceSpan Span, float[] Samples, Task<Recognition?> Task, CancellationTokenSource Cancel);

    /// <summary>What was heard last of the utterance under way.</summary>
    public RecognitionDraft? Draft => options.Verify ? _draft : null;

    /// <summary>Done when the rules have seen the words shown last.</summary>
    public Task Judged => _judged;

    private long Every => leg.MayBeEarly ? _acted : _shown;

    private bool IsAwaited => _judged is { IsCompletedSuccessfully: true, Result: true } && _hastened < MostHastened && load.PartialStride == 1;

    /// <summary>The partial under way; done when there is none.</summary>
    public Task UnderWay => _work?.Task ?? Task.CompletedTask;

    /// <summary>The look for phrases by sound in what was shown last; done when there is none.</summary>
    public Task SoundsUnderWay => _sounds;

    /// <summary>Speech goes on: begins a partial when one is due.</summary>
    /// <param name="utterance">Index it will have when it is final.</param>
    /// <param name="soFar">The utterance up to now.</param>
    /// <param name="votes">The leg's language so far; null: still being decided by the utterance before.</param>
    public void Advance(int utterance, in UtteranceSpan soFar, LegAudio audio, Func<UtteranceSpan, RecognitionClock> clockOf, LegLanguage? votes)
    {
        if (_last < soFar.Start) _last = soFar.VoiceStart;
        var (fresh, every) = (soFar.VoiceEnd - _last, Every);
        var due = fresh / every;
        var awaited = due < 1 && fresh >= _awaited && IsAwaited;
        if ((due < 1 && !awaited) || _work is not null || votes is null || (!leg.MayBeEarly && load.IsBusy)) return;
        if (!votes.IsLocked && !votes.HasVotes && soFar.VoiceEnd - soFar.VoiceStart < ShortestUndecided)
        {
            _last += due * every;
            return;
        }
        if (awaited) _hastened++;
        else if (due < load.PartialStride) return;
        CountShed(due - 1);
        _last = soFar.End;
        var cancel = new CancellationTokenSource();
        var samples = audio.Copy(soFar.Start, soFar.End);
        var request = new RecognitionRequest(samples, votes.IsLocked ? votes : votes.Fork(), RecognitionKind.Partial)
        {
            Queued = services.Time.GetTimestamp(),
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
            leg.ShowDraft(heard);
        }
        if (_work is not { Task.IsCompleted: true } done) return;
        _work = null;
        done.Cancel.Dispose();
        if (done.Task.Result is not { } result) return;
        _draft = new RecognitionDraft(result.Language, result.DraftTokens);
        Show(result, done.Utterance, done.Span, done.Samples, UtteranceContrast.Of(done.Samples), _answers, paused: false);
    }

    /// <summary>Shows what was heard of the utterance up to a pause.</summary>
    /// <param name="contrast">Of its audio, dB.</param>
    /// <param name="answers">What the recogniser was asked of just that audio.</param>
    public void ShowPaused(Recognition result, int utterance, in UtteranceSpan span, float[] samples, float contrast, SoundAnswers answers)
    {
        // Speech may have gone on, and more of it may have been shown meanwhile.
        if (span.VoiceEnd < _shownVoice) return;
        _draft = new RecognitionDraft(result.Language, result.DraftTokens);
        Show(result, utterance, span, samples, contrast, answers, paused: true);
    }

    /// <summary>The same speech is decoded as the likely final: drops the partial under way.</summary>
    public void Overtake(in UtteranceSpan span)
    {
        if (_work is { } work)
        {
            _work = null;
            work.Cancel.Cancel();
        }
        if (_last < span.Start) _last = span.VoiceStart;
        CountShed((span.VoiceEnd - _last) / Every);
        _last = Math.Max(_last, span.VoiceEnd);
    }

    /// <summary>The utterance is final.</summary>
    public void Next()
    {
        _words.Clear();
        _answers = new SoundAnswers();
        _sounds = Nothing;
        _draft = null;
        _judged = Task.FromResult(false);
        _hastened = 0;
    }

    /// <summary>What is only shown comes when a worker is idle, and is given up only where all partials are.</summary>
    private void CountShed(long partials)
    {
        if (leg.MayBeEarly || load.PartialStride > 1) load.Count(ShedKind.Partial, partials);
    }

    private void Show(Recognition result, int utterance, in UtteranceSpan span, float[] samples, float contrast, SoundAnswers answers, bool paused)
    {
        if (!SpeechEvidence.IsBelievable(result, span.Voice, contrast)) return;
        result = SpeechEvidence.WithoutSqueezedRepeat(result);
        _shownVoice = span.VoiceEnd;
        var end = paused ? span.VoiceEnd : span.End;
        var heard = LegTranscriber.WordsOf(result, span);
        var words = _words.Take(result.Language, heard, end, paused);
        if (words.Count == 0) return;
        var shown = new Utterance(leg.Index, leg.Party, utterance, span.VoiceStart, Math.Max(end, words[^1].End),
            string.Join(' ', words.Select(w => w.Text)), result.Language, MathF.Exp(result.AverageLogProbability), words)
        {
            Decided = Math.Max(leg.Position, span.End),
            Clock = result.Clock,
        };
        var draft = new TranscriptDraft(shown, _words.Count, paused)
        {
            Heard = shown with { Words = heard, Text = result.Text, End = Math.Max(end, heard[^1].End) },
        };
        _judged = draft.Judged;
        leg.ShowDraft(draft);
        _sounds = leg.MayBeEarly ? ListenAsync(draft, samples, answers, _answers) : Nothing;
    }

    /// <summary>What was shown, to be judged again with the phrases that it sounds like; null: it sounds like none.</summary>
    private async Task<TranscriptDraft?> ListenAsync(TranscriptDraft draft, float[] samples, SoundAnswers answers, SoundAnswers before)
    {
        var words = draft.Heard.Words;
        var whole = draft.Paused || draft.Heard.End - words[^1].End >= LegDraft.Quiet ? words.Count : words.Count - 1;
        var heard = await services.WithSoundsAsync(draft.Heard, samples, RecognitionKind.Speculative, answers, new EarlyLook(whole, before, AsPartial: !draft.Paused)).ConfigureAwait(false);
        return heard.Sounds.Count == 0 ? null : new TranscriptDraft(draft.SoFar, draft.Stable, draft.Paused) { Heard = heard, IsShown = true };
    }

    private async Task<Recognition?> RecognizeAsync(RecognitionRequest request, RecognitionClock clock, CancellationTokenSource cancel)
    {
        using var stopped = stop.UnsafeRegister(static under => ((CancellationTokenSource)under!).Cancel(), cancel);
        try
        {
            var result = await services.Recognizer.RecognizeAsync(request, cancel.Token).ConfigureAwait(false);
            return result with { Clock = result.Clock with { Captured = clock.Captured, Voiced = clock.Voiced } };
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception e)
        {
            EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", "partial"));
            services.Logger.LogError(e, "A partial of {Seconds:F1} s could not be recognised; the final comes all the same.",
                request.Samples.Length / (double)AudioTime.Rate);
            return null;
        }
    }
}
