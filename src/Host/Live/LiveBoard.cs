using SpeechQA.Engine;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Calls;

namespace SpeechQA.Host.Live;

/// <summary>
/// Calls and alerts as they are now: a projection of the feed, from which a page starts. It reads the feed whenever it is
/// asked, and now and then by itself; if the ring has gone round meanwhile it starts again from the calls' own logs.
/// </summary>
internal sealed class LiveBoard(SpeechEngine engine)
{
    /// <summary>Ended calls that are shown; beyond it the oldest without an open alert go first.</summary>
    public const int EndedLimit = 200;

    /// <summary>Alerts of a snapshot, newest first.</summary>
    public const int AlertLimit = 500;

    private readonly Dictionary<string, CallEntry> _calls = [];
    private readonly List<string> _ended = [];
    private readonly List<FeedItem> _items = [];
    private readonly Lock _lock = new();
    private long _sequence;

    /// <summary>Everything after the feed's event <c>Sequence</c>.</summary>
    public (long Sequence, IReadOnlyList<CallSummary> Calls, IReadOnlyList<AlertSummary> Alerts) Read()
    {
        lock (_lock)
        {
            CatchUp();
            return (_sequence, [.. _calls.Select(c => SummaryOf(c.Key, c.Value))],
                [.. _calls.Values.SelectMany(c => c.Alerts).OrderByDescending(a => a.Raised).Take(AlertLimit)]);
        }
    }

    /// <summary>One call, or null when it is not known (any more).</summary>
    public CallSummary? Find(string id)
    {
        lock (_lock)
        {
            CatchUp();
            return _calls.TryGetValue(id, out var entry) ? SummaryOf(id, entry) : null;
        }
    }

    /// <summary>Follows the feed until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await engine.Feed.WaitAsync(Volatile.Read(ref _sequence), cancellation).ConfigureAwait(false);
            lock (_lock) CatchUp();
        }
    }

    private CallSummary SummaryOf(string id, CallEntry entry) =>
        entry.Summary(engine.Calls.Find(id) is { } call ? AudioTime.Seconds(call.Legs.Max(l => l.Position)) : 0);

    private void CatchUp()
    {
        do
        {
            _items.Clear();
            if (engine.Feed.TryRead(_sequence, _items))
            {
                foreach (var (sequence, e) in _items)
                {
                    Apply(e);
                    Volatile.Write(ref _sequence, sequence);
                }
            }
            else
            {
                Rebuild();
            }
        }
        while (_items.Count > 0);
    }

    private void Rebuild()
    {
        // Taken before the logs are read: what comes meanwhile is applied twice, which changes nothing.
        var last = engine.Feed.Last;
        foreach (var e in engine.Calls.All.SelectMany(c => c.Log.After(0))) Apply(e);
        Volatile.Write(ref _sequence, last);
    }

    private void Apply(CallEvent e)
    {
        if (e is CallStarted started && !_calls.ContainsKey(e.Call)) _calls[e.Call] = new CallEntry(e.Call, started.Description);
        if (!_calls.TryGetValue(e.Call, out var entry)) return;
        var live = !entry.Ended;
        entry.Apply(e);
        if (live && entry.Ended) Retire(e.Call);
    }

    private void Retire(string ended)
    {
        _ended.Add(ended);
        if (_ended.Count <= EndedLimit) return;
        var oldest = Math.Max(0, _ended.FindIndex(id => !_calls[id].NeedsSomeone));
        _calls.Remove(_ended[oldest]);
        _ended.RemoveAt(oldest);
    }
}
