using SpeechQA.Engine.Calls.Load;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Utterances;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>
/// When the next partial of a leg is due: after every 0.8 s of new speech, 1.6 s where it is only shown, and sooner where a phrase
/// of a rule only lacks what may follow it. Under load partials are left out, each counted.
/// </summary>
internal sealed class PartialPace(LegContext leg)
{
    /// <summary>Partials of an utterance that may come sooner: a phrase may wait for the end of a long clause.</summary>
    private const int MostHastened = 8;

    private readonly long _acted = AudioTime.Position(leg.Call.Partials.Every.TotalSeconds);
    private readonly long _shown = AudioTime.Position(leg.Call.Partials.EveryShown.TotalSeconds);
    private readonly long _awaited = AudioTime.Position(leg.Call.Partials.EveryAwaited.TotalSeconds);
    private long _last = -1;
    private int _hastened;

    private long Every => leg.MayBeEarly ? _acted : _shown;

    /// <summary>Whether a partial is to begin now; then the next one counts from here.</summary>
    /// <param name="soFar">The utterance up to now.</param>
    /// <param name="canBegin">Whether one could: none is under way.</param>
    /// <param name="isTooShort">There is too little speech to be shown: what is due is left out.</param>
    /// <param name="wantsMore">The rules wait for the next word.</param>
    public bool TryBegin(in UtteranceSpan soFar, bool canBegin, bool isTooShort, bool wantsMore)
    {
        Enter(soFar);
        var (fresh, every) = (soFar.VoiceEnd - _last, Every);
        var due = fresh / every;
        var hastens = due < 1 && fresh >= _awaited && wantsMore && _hastened < MostHastened && leg.Load.PartialStride == 1;
        if ((due < 1 && !hastens) || !canBegin || (!leg.MayBeEarly && leg.Load.IsBusy)) return false;
        if (isTooShort)
        {
            _last += due * every;
            return false;
        }
        if (hastens) _hastened++;
        else if (due < leg.Load.PartialStride) return false;
        CountShed(due - 1);
        _last = soFar.End;
        return true;
    }

    /// <summary>Speech up to the end of <paramref name="span"/> is decoded otherwise: partials that were due in it are left out.</summary>
    public void Overtake(in UtteranceSpan span)
    {
        Enter(span);
        CountShed((span.VoiceEnd - _last) / Every);
        _last = Math.Max(_last, span.VoiceEnd);
    }

    /// <summary>The utterance is final.</summary>
    public void Next() => _hastened = 0;

    private void Enter(in UtteranceSpan span)
    {
        if (_last < span.Start) _last = span.VoiceStart;
    }

    /// <summary>What is only shown comes when a worker is idle, and is given up only where all partials are.</summary>
    private void CountShed(long partials)
    {
        if (leg.MayBeEarly || leg.Load.PartialStride > 1) leg.Load.Count(ShedKind.Partial, partials);
    }
}
