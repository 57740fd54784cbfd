namespace SpeechQA.Engine.Calls;

/// <summary>The events of one call in order; partials are left out because the next one or the final replaces them, as are finals that were given out anew.</summary>
public sealed class CallLog
{
    /// <summary>Most events kept; a call that brings more loses its oldest transcripts here, never its alerts on the feed.</summary>
    public const int Limit = 20_000;

    private readonly List<CallEvent> _events = [];
    private readonly Lock _lock = new();

    public void Add(CallEvent e)
    {
        lock (_lock)
        {
            if (e is TranscriptFinal { Revision: > 0 } final) _events.RemoveAll(old => old is TranscriptFinal o && o.Leg == final.Leg && o.Utterance == final.Utterance);
            if (_events.Count >= Limit) _events.RemoveRange(0, Limit / 10);
            _events.Add(e);
        }
    }

    /// <summary>The events with a sequence number above <paramref name="after"/>.</summary>
    public IReadOnlyList<CallEvent> After(long after)
    {
        lock (_lock)
        {
            var first = _events.FindIndex(e => e.Sequence > after);
            return first < 0 ? [] : _events[first..];
        }
    }
}
