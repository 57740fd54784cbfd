namespace SpeechQA.Engine.Calls;

/// <summary>
/// The events of one call in order; of the partials of an utterance only the last, until its final replaces it, and of a
/// final that was given out anew only the newest.
/// </summary>
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
            Replace(e);
            if (_events.Count >= Limit) _events.RemoveRange(0, Limit / 10);
            _events.Add(e);
        }
    }

    // Looked for only so far back, finals given out anew apart: between two partials of an utterance little else happens.
    private void Replace(CallEvent e)
    {
        (int, int)? about = e switch { TranscriptPartial p => (p.Leg, p.Utterance), TranscriptFinal f => (f.Leg, f.Utterance), _ => null };
        if (about is null) return;
        var again = e is TranscriptFinal { Revision: > 0 };
        for (var i = _events.Count - 1; i >= (again ? 0 : Math.Max(0, _events.Count - 64)); i--)
        {
            var old = _events[i] switch { TranscriptPartial p => (p.Leg, p.Utterance), TranscriptFinal f when again => (f.Leg, f.Utterance), _ => (-1, -1) };
            if (old != about) continue;
            _events.RemoveAt(i);
            return;
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
