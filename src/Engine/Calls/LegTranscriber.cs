using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Utterances;

namespace SpeechQA.Engine.Calls;

/// <summary>
/// Gives a leg's utterances to the recogniser and turns the outcomes into events. A live leg's utterance is recognised at
/// 200 ms of silence and shown; when the pause goes on that result is the final, at no further cost. While speech goes on
/// <see cref="LegPartials"/> show it. Until the leg's language is locked its utterances are recognised one after another, because each votes.
/// </summary>
/// <param name="stop">The call has ended by a fault: nobody waits for what is under way.</param>
internal sealed class LegTranscriber(Leg leg, LegServices services, LegLanguage language, bool live, PartialOptions partials, CallLoad load, CancellationToken stop)
{
    /// <summary>Utterances of a recording's leg that may be under way or wait; those of live legs are bounded by <see cref="Overload"/>.</summary>
    public const int Limit = 16;

    /// <summary>
    /// Without partials nobody sees the text before the pause has made it final, 400 ms after it has begun: until then it can wait for
    /// others, and be taken back at no cost when speech goes on.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private readonly SemaphoreSlim _room = new(Limit);
    private readonly LegPartials? _partials = live && partials.Enabled ? new LegPartials(leg, services, partials, load, stop) : null;
    private LegLanguage _language = language;
    private Task<LegLanguage> _voted = Task.FromResult(language);
    private Attempt? _early;
    private Attempt? _unshown;
    private int _next;

    /// <summary>One utterance at the recogniser, with the votes it would bring.</summary>
    private sealed record Attempt(UtteranceSpan Span, float[] Samples, float Contrast, Task<(Recognition? Result, LegLanguage Votes)> Task, WaitingFinal Final)
    {
        public CancellationTokenSource Cancel => Final.Cancel;

        /// <summary>What the recogniser was asked of it: the final rests on nothing else.</summary>
        public SoundAnswers Answers { get; } = new();
    }

    /// <summary>Waits for room when the leg is a recording.</summary>
    public async ValueTask RoomAsync(CancellationToken cancellation)
    {
        if (!live) await _room.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The leg has come a step further: shows what is known of the utterance under way, and asks for more.</summary>
    public void Advance(UtteranceSegmenter segmenter, LegAudio audio, Func<UtteranceSpan, RecognitionClock> clockOf)
    {
        load.Relieve();
        if (_partials is null) return;
        _partials.Poll();
        ShowPaused();
        if (!segmenter.Speaking || _early is not null) return;
        var votes = _language.IsLocked ? _language : _voted.IsCompletedSuccessfully ? _voted.Result : null;
        _partials.Advance(_next, segmenter.SoFar, audio, clockOf, votes);
    }

    /// <summary>Waits until nothing is under way at the recogniser, and shows what came of it.</summary>
    public async ValueTask SettleAsync(CancellationToken cancellation)
    {
        await _voted.WaitAsync(cancellation).ConfigureAwait(false);
        if (_early is { } early) await early.Task.WaitAsync(cancellation).ConfigureAwait(false);
        if (_partials is null) return;
        await _partials.UnderWay.WaitAsync(cancellation).ConfigureAwait(false);
        _partials.Poll();
        ShowPaused();
        await _partials.SoundsUnderWay.WaitAsync(cancellation).ConfigureAwait(false);
        _partials.Poll();
        await _partials.Judged.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The utterance is likely over: a live leg has it recognised, unless the machine is so far behind that there are no partials.</summary>
    public void Pause(UtteranceSpan span, LegAudio audio, RecognitionClock clock)
    {
        if (!live || (load.StopsPartials && load.IsBusy)) return;
        _partials?.Overtake(span);
        _early = _unshown = Start(span, audio, clock, RecognitionKind.Speculative);
    }

    /// <summary>Speech went on: what was recognised early was a partial. One that a worker has begun with is shown when it is done.</summary>
    public void Resume()
    {
        ShowPaused();
        if (_early is { Task.IsCompleted: false } early && (_partials is null || !early.Final.HasBegun))
        {
            early.Cancel.Cancel();
            _unshown = null;
        }
        _early = null;
    }

    private void ShowPaused()
    {
        if (_partials is null || _unshown is not { Task.IsCompletedSuccessfully: true } done) return;
        _unshown = null;
        if (done.Task.Result.Result is { } heard) _partials.ShowPaused(heard, _next, done.Span, done.Samples, done.Contrast, done.Answers);
    }

    /// <summary>The utterance is final: the event it becomes; <see cref="NotSpeech"/> when it was shed.</summary>
    /// <param name="decided">The leg's position now.</param>
    /// <param name="captured">Arrival of the packet that closed the pause.</param>
    public async Task<LegEvent?> Close(UtteranceSpan span, LegAudio audio, RecognitionClock clock, long decided, long captured)
    {
        var index = _next++;
        _partials?.Overtake(span);
        var attempt = _early is { } early && early.Span == span ? early : Start(span, audio, clock, live ? RecognitionKind.Final : RecognitionKind.File);
        _partials?.Next();
        _unshown = null;
        if (_early is not null && !ReferenceEquals(_early, attempt)) _early.Cancel.Cancel();
        _early = null;
        _voted = Adopt(attempt);
        load.Enter(attempt.Final);
        try
        {
            var (result, _) = await attempt.Task.ConfigureAwait(false);
            if (result is null && attempt.Final.IsShed)
            {
                load.Count(ShedKind.Final);
                return new NotSpeech(leg.Index, leg.Party, decided, span.VoiceStart, span.VoiceEnd) { Captured = captured, IsVoice = true };
            }
            var e = EventOf(result, attempt, index, clock, decided) with { Captured = captured };
            if (e is not UtteranceSpoken spoken) return e;
            return spoken with { Utterance = await services.WithSoundsAsync(spoken.Utterance, attempt.Samples, live ? RecognitionKind.Final : RecognitionKind.File, attempt.Answers).ConfigureAwait(false) };
        }
        finally
        {
            load.Leave(attempt.Final);
            if (!live) _room.Release();
        }
    }

    private Attempt Start(UtteranceSpan span, LegAudio audio, RecognitionClock clock, RecognitionKind kind)
    {
        var final = load.NewFinal(services.Time.GetTimestamp(), new CancellationTokenSource());
        var samples = audio.Copy(span.Start, span.End);
        return new Attempt(span, samples, UtteranceContrast.Of(samples), RecognizeAsync(samples, clock, kind, _partials?.Draft, _voted, final), final);
    }

    // A locked language needs no vote, so nobody waits for anybody.
    private async Task<(Recognition?, LegLanguage)> RecognizeAsync(float[] samples, RecognitionClock clock, RecognitionKind kind,
        RecognitionDraft? draft, Task<LegLanguage> before, WaitingFinal final)
    {
        var votes = _language.IsLocked ? _language : (await before.ConfigureAwait(false)).Fork();
        using var stopped = stop.UnsafeRegister(static cancel => ((CancellationTokenSource)cancel!).Cancel(), final.Cancel);
        try
        {
            var request = new RecognitionRequest(samples, votes, kind)
            {
                Queued = services.Time.GetTimestamp(),
                Since = clock.Captured,
                Bias = services.Bias?.Current,
                Draft = draft,
                Patience = kind == RecognitionKind.Speculative && _partials is null ? Patience : TimeSpan.Zero,
                Begun = () => load.Begin(final),
            };
            var result = await services.Recognizer.RecognizeAsync(request, final.Cancel.Token).ConfigureAwait(false);
            return (result with { Clock = result.Clock with { Captured = clock.Captured, Voiced = clock.Voiced } }, votes);
        }
        catch (OperationCanceledException)
        {
            return (null, votes);
        }
        catch (Exception e)
        {
            EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", "recognition"));
            services.Logger.LogError(e, "An utterance of {Seconds:F1} s could not be recognised; the call goes on without it.", samples.Length / (double)AudioTime.Rate);
            return (null, votes);
        }
    }

    private async Task<LegLanguage> Adopt(Attempt attempt)
    {
        var (_, votes) = await attempt.Task.ConfigureAwait(false);
        if (votes.IsLocked) _language = votes;
        return votes;
    }

    private LegEvent EventOf(Recognition? result, Attempt attempt, int index, RecognitionClock clock, long decided)
    {
        var span = attempt.Span;
        var speech = result is not null && SpeechEvidence.IsBelievable(result, span.Voice, attempt.Contrast);
        EngineMetrics.Utterances.Add(1, new KeyValuePair<string, object?>("outcome", speech ? "speech" : result is null ? "failed" : "not_speech"));
        if (!speech) return new NotSpeech(leg.Index, leg.Party, decided, span.VoiceStart, span.VoiceEnd) { IsVoice = result is { IsSpeech: true } && span.Voice >= SpeechEvidence.CertainVoice };
        result = SpeechEvidence.WithoutSqueezedRepeat(result!);
        var words = WordsOf(result, span);
        if (clock.Captured != 0)
            StageMetrics.Inferred.Record(services.Time.GetElapsedTime(clock.Captured, result.Clock.Inferred).TotalSeconds);
        return new UtteranceSpoken(new Utterance(leg.Index, leg.Party, index, span.VoiceStart, Math.Max(span.VoiceEnd, words[^1].End),
            result.Text.Trim(), result.Language, MathF.Exp(result.AverageLogProbability), words)
        {
            Decided = decided,
            Clock = result.Clock,
            Biased = result.Biased,
        });
    }

    // Whisper's first word starts at 0.00 even if the speech starts later: the voice's start is better.
    internal static SpokenWord[] WordsOf(Recognition result, UtteranceSpan span)
    {
        var words = new SpokenWord[result.Words.Count];
        for (var i = 0; i < words.Length; i++)
        {
            var w = result.Words[i];
            var start = Math.Max(span.VoiceStart, span.Start + AudioTime.Position(w.Start));
            words[i] = new SpokenWord(w.Text, start, Math.Max(start, span.Start + AudioTime.Position(w.End)), MathF.Exp(w.LogProbability));
        }
        return words;
    }
}
