using SpeechQA.Engine.Conversation;

namespace SpeechQA.Engine.Calls.Timeline;

/// <summary>
/// The events of one call in order; of the partials of an utterance only the last, until its final replaces it, and of a
/// final that was given out anew only the newest. What a long call has too many of goes, oldest first: what was said, how
/// voices and lines were. Alerts, what people did about them, and the call's own events stay.
/// </summary>
public sealed class CallLog
{
    /// <summary>Most events kept of those that may go.</summary>
    public const int Limit = 20_000;

    private enum AlertNow
    {
        Open,
        Handled,
        Withdrawn,
    }

    private readonly List<CallEvent> _events = [];
    private readonly Dictionary<string, AlertNow> _alerts = [];
    private readonly Lock _lock = new();
    private int _mayGo;
    private long _first = 1;

    /// <summary>The log is complete from this sequence number on; before it only what stays is there. 1: nothing has gone.</summary>
    public long First
    {
        get
        {
            lock (_lock) return _first;
        }
    }

    /// <summary>An alert was raised that nobody has handled and no final text has taken back.</summary>
    public bool HasOpenAlert
    {
        get
        {
            lock (_lock) return _alerts.ContainsValue(AlertNow.Open);
        }
    }

    /// <summary>Whether the call has raised an alert with this <see cref="AlertInfo.Id"/>.</summary>
    public bool HasAlert(string id)
    {
        lock (_lock) return _alerts.ContainsKey(id);
    }

    /// <summary>Takes the next event of the call.</summary>
    public void Add(CallEvent e)
    {
        lock (_lock)
        {
            Replace(e);
            if (MayGo(e) && ++_mayGo > Limit) Forget(Limit / 10);
            Note(e);
            _events.Add(e);
        }
    }

    /// <summary>The events with a sequence number above <paramref name="after"/>, the first <paramref name="limit"/> of them.</summary>
    public IReadOnlyList<CallEvent> After(long after, int limit = int.MaxValue)
    {
        lock (_lock)
        {
            var first = IndexAfter(after);
            return _events.GetRange(first, Math.Min(limit, _events.Count - first));
        }
    }

    private static bool MayGo(CallEvent e) => e is TranscriptPartial or TranscriptFinal or InflectionHeard or LineQuality;

    // Looked for only so far back, finals given out anew apart: between two partials of an utterance little else happens.
    private void Replace(CallEvent e)
    {
        (int, int)? about = e switch { TranscriptPartial p => (p.Leg, p.Utterance), TranscriptFinal f => (f.Leg, f.Utterance), _ => null };
        if (about is null) return;
        var again = e is TranscriptFinal { Revision: > 0 };
        for (var i = _events.Count - 1; i >= (again ? 0 : Math.Max(0, _events.Count - 64)); i--)
        {
            var old = _events[i] switch
            {
                TranscriptPartial p => (p.Leg, p.Utterance),
                TranscriptFinal f when again => (f.Leg, f.Utterance),
                _ => (-1, -1)
            };
            if (old != about) continue;
            _events.RemoveAt(i);
            _mayGo--;
            return;
        }
    }

    private void Forget(int count)
    {
        var left = count;
        _events.RemoveAll(e =>
        {
            if (left == 0 || !MayGo(e)) return false;
            left--;
            _first = e.Sequence + 1;
            return true;
        });
        _mayGo -= count;
    }

    private void Note(CallEvent e)
    {
        switch (e)
        {
            case AlertRaised raised:
                _alerts[raised.Alert.Id] = AlertNow.Open;
                break;
            case AlertWithdrawn withdrawn:
                _alerts[withdrawn.AlertId] = AlertNow.Withdrawn;
                break;
            case AlertStateChanged changed when _alerts.TryGetValue(changed.AlertId, out var now) && now != AlertNow.Withdrawn:
                _alerts[changed.AlertId] = changed.State == AlertState.Open ? AlertNow.Open : AlertNow.Handled;
                break;
        }
    }

    private int IndexAfter(long after)
    {
        var (from, to) = (0, _events.Count);
        while (from < to)
        {
            var middle = (from + to) / 2;
            if (_events[middle].Sequence > after) to = middle;
            else from = middle + 1;
        }
        return from;
    }
}
