using Microsoft.Extensions.Logging.Abstractions;
using SpeechQA.Engine;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Host.Live;

/// <summary>
/// Calls and alerts as they are now: a projection of the feed, from which a page starts. It reads the feed whenever it is
/// asked, and now and then by itself; if the ring has gone round meanwhile it starts again from the calls' own logs.
/// </summary>
internal sealed class LiveBoard(SpeechEngine engine, ILogger<LiveBoard>? logger = null)
{
    /// <summary>Label of <see cref="EngineMetrics.Failures"/>.</summary>
    private const string Place = "board";

    /// <summary>Alerts of a snapshot, newest first.</summary>
    public const int AlertLimit = 500;

    /// <summary>So that a fault that repeats does not keep a core busy.</summary>
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, CallEntry> _calls = [];
    private readonly List<FeedItem> _items = [];
    private readonly Lock _lock = new();
    private readonly ILogger _logger = logger ?? NullLogger<LiveBoard>.Instance;
    private long _sequence;
    private int _ended;

    /// <summary>Everything after the feed's event <c>Sequence</c>.</summary>
    public (long Sequence, IReadOnlyList<CallSummary> Calls, IReadOnlyList<AlertSummary> Alerts) Read()
    {
        lock (_lock)
        {
            CatchUp();
            Forget();
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
            Forget();
            return _calls.TryGetValue(id, out var entry) ? SummaryOf(id, entry) : null;
        }
    }

    /// <summary>Follows the feed until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await engine.Feed.WaitAsync(Volatile.Read(ref _sequence), cancellation).ConfigureAwait(false);
                lock (_lock)
                {
                    CatchUp();
                    Forget();
                }
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                UnattendedWork.Report(Place, _logger, e);
                await Task.Delay(AfterFault, cancellation).ConfigureAwait(false);
            }
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
                    ApplyOrReport(e);
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
        foreach (var e in engine.Calls.All.SelectMany(c => c.Log.After(0))) ApplyOrReport(e);
        Volatile.Write(ref _sequence, last);
    }

    // An event that cannot be applied is left out: the board would stand still at it for ever.
    private void ApplyOrReport(CallEvent e)
    {
        try
        {
            Apply(e);
        }
        catch (Exception fault)
        {
            UnattendedWork.Report(Place, _logger, fault);
        }
    }

    private void Apply(CallEvent e)
    {
        if (e is CallStarted started && !_calls.ContainsKey(e.Call)) _calls[e.Call] = new CallEntry(e.Call, started.Description);
        if (!_calls.TryGetValue(e.Call, out var entry)) return;
        var live = !entry.Ended;
        entry.Apply(e);
        if (live && entry.Ended) _ended++;
    }

    // Which ended calls can still be asked for the registry alone decides.
    private void Forget()
    {
        if (_ended <= CallRegistry.EndedLimit) return;
        foreach (var (id, entry) in _calls)
            if (entry.Ended && engine.Calls.Find(id) is null && _calls.Remove(id)) _ended--;
    }
}
