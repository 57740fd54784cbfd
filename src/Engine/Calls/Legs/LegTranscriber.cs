using SpeechQA.Engine.Calls.Load;
using SpeechQA.Engine.Calls.Metrics;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Utterances;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>
/// Turns a leg's utterances into events. A live leg's utterance is recognised at 200 ms of silence and shown; when the pause goes
/// on that result is the final, at no further cost. While speech goes on <see cref="LegPartials"/> show it.
/// </summary>
/// <remarks>Called by the leg's listener only.</remarks>
internal sealed class LegTranscriber
{
    /// <summary>
    /// Utterances of a recording's leg that may be under way or wait; those of live legs are bounded by <see cref="Overload"/>.
    /// </summary>
    public const int Limit = 16;

    private readonly LegContext _leg;
    private readonly bool _live;
    private readonly SemaphoreSlim _room = new(Limit);
    private readonly LegPartials? _partials;
    private readonly LegRecognition _recognition;
    private RecognitionAttempt? _early;
    private RecognitionAttempt? _unshown;
    private int _next;

    /// <param name="outbox">Takes words of speech that goes on.</param>
    public LegTranscriber(LegContext leg, LegLanguage language, LegOutbox outbox)
    {
        (_leg, _live) = (leg, leg.Call.Live);
        _partials = _live && leg.Call.Partials.Enabled ? new LegPartials(leg, outbox) : null;
        _recognition = new LegRecognition(leg, language, isShown: _partials is not null);
    }

    private RecognitionKind FinalKind => _live ? RecognitionKind.Final : RecognitionKind.File;

    /// <summary>Waits for room when the leg is a recording.</summary>
    public async ValueTask RoomAsync()
    {
        if (!_live) await _room.WaitAsync(_leg.Stop).ConfigureAwait(false);
    }

    /// <summary>The leg has come a step further: shows what is known of the utterance under way, and asks for more.</summary>
    public void Advance(UtteranceSegmenter segmenter, LegAudio audio, Func<UtteranceSpan, RecognitionClock> clockOf)
    {
        _leg.Load.Relieve();
        if (_partials is null) return;
        _partials.Poll();
        ShowPaused();
        if (!segmenter.Speaking || _early is not null) return;
        _partials.Advance(_next, segmenter.SoFar, audio, clockOf, _recognition.Votes);
    }

    /// <summary>Waits until nothing is under way at the recogniser, and shows what came of it.</summary>
    public async ValueTask SettleAsync()
    {
        await _recognition.Voted.WaitAsync(_leg.Stop).ConfigureAwait(false);
        if (_early is { } early) await early.Outcome.WaitAsync(_leg.Stop).ConfigureAwait(false);
        if (_partials is null) return;
        await _partials.UnderWay.WaitAsync(_leg.Stop).ConfigureAwait(false);
        _partials.Poll();
        ShowPaused();
        await _partials.SoundsUnderWay.WaitAsync(_leg.Stop).ConfigureAwait(false);
        _partials.Poll();
        await _partials.Judged.WaitAsync(_leg.Stop).ConfigureAwait(false);
    }

    /// <summary>
    /// The utterance is likely over: a live leg has it recognised, unless the machine is so far behind that there are no partials.
    /// </summary>
    public void Pause(UtteranceSpan span, LegAudio audio, RecognitionClock clock)
    {
        if (!_live || (_leg.Load.StopsPartials && _leg.Load.IsBusy)) return;
        _partials?.Overtake(span);
        _early = _unshown = _recognition.Begin(span, audio, clock, RecognitionKind.Speculative, _partials?.Draft);
    }

    /// <summary>
    /// Speech went on: what was recognised early was a partial. One that a worker has begun with is shown when it is done.
    /// </summary>
    public void Resume()
    {
        ShowPaused();
        if (_early is { Outcome.IsCompleted: false } early && (_partials is null || !early.Final.HasBegun))
        {
            early.Cancel.Cancel();
            _unshown = null;
        }
        _early = null;
    }

    /// <summary>The utterance is final: the event it becomes; <see cref="NotSpeech"/> when it was shed.</summary>
    /// <param name="decided">The leg's position now.</param>
    /// <param name="captured">Arrival of the packet that closed the pause.</param>
    public Task<LegEvent?> Close(UtteranceSpan span, LegAudio audio, RecognitionClock clock, long decided, long captured)
    {
        var index = _next++;
        _partials?.Overtake(span);
        var attempt = _early is { } early && early.Span == span
            ? early
            : _recognition.Begin(span, audio, clock, FinalKind, _partials?.Draft);
        _partials?.Next();
        _unshown = null;
        if (_early is not null && !ReferenceEquals(_early, attempt)) _early.Cancel.Cancel();
        _early = null;
        _recognition.Adopt(attempt);
        _leg.Load.Enter(attempt.Final);
        return FinishAsync(attempt, index, clock, decided, captured);
    }

    private async Task<LegEvent?> FinishAsync(RecognitionAttempt attempt, int index, RecognitionClock clock, long decided, long captured)
    {
        try
        {
            var (result, _) = await attempt.Outcome.ConfigureAwait(false);
            if (result is null && attempt.Final.IsShed)
            {
                _leg.Load.Count(ShedKind.Final);
                return NotSpeechOf(attempt.Span, decided, isVoice: true) with { Captured = captured };
            }
            var e = EventOf(result, attempt, index, clock, decided) with { Captured = captured };
            if (e is not UtteranceSpoken spoken) return e;
            var said = await _leg.Services.WithSoundsAsync(spoken.Utterance, attempt.Samples, FinalKind, attempt.Answers)
                .ConfigureAwait(false);
            return spoken with { Utterance = said };
        }
        finally
        {
            _leg.Load.Leave(attempt.Final);
            if (!_live) _room.Release();
        }
    }

    private void ShowPaused()
    {
        if (_partials is null || _unshown is not { Outcome.IsCompletedSuccessfully: true } done) return;
        _unshown = null;
        if (done.Outcome.Result.Result is { } heard) _partials.ShowPaused(heard, _next, done);
    }

    private NotSpeech NotSpeechOf(in UtteranceSpan span, long decided, bool isVoice) =>
        new(_leg.Id.Index, _leg.Id.Party, decided, span.VoiceStart, span.VoiceEnd) { IsVoice = isVoice };

    private LegEvent EventOf(Recognition? result, RecognitionAttempt attempt, int index, RecognitionClock clock, long decided)
    {
        var span = attempt.Span;
        var speech = result is not null && SpeechEvidence.IsBelievable(result, span.Voice, attempt.Contrast);
        var outcome = speech ? "speech" : result is null ? "failed" : "not_speech";
        EngineMetrics.Utterances.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        if (!speech) return NotSpeechOf(span, decided, isVoice: result is { IsSpeech: true } && span.Voice >= SpeechEvidence.CertainVoice);
        result = SpeechEvidence.WithoutSqueezedRepeat(result!);
        var words = RecognizedWords.Place(result, span);
        if (clock.Captured != 0)
            StageMetrics.Inferred.Record(_leg.Services.Time.GetElapsedTime(clock.Captured, result.Clock.Inferred).TotalSeconds);
        var end = Math.Max(span.VoiceEnd, words[^1].End);
        return new UtteranceSpoken(new Utterance(_leg.Id.Index, _leg.Id.Party, index, span.VoiceStart, end,
            result.Text.Trim(), result.Language, MathF.Exp(result.AverageLogProbability), words)
        {
            Decided = decided,
            Clock = result.Clock,
            Biased = result.Biased,
        });
    }
}
