using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using SpeechQA.Engine.Alerts;
using SpeechQA.Engine.Calls;
using SpeechQA.Host.Metrics;

namespace SpeechQA.Host.Live;

/// <summary>The call whose transcript a connection wants to see; set by one hub call, read by its stream.</summary>
internal sealed class WatchedCall
{
    private volatile string? _id;

    public string? Id { get => _id; set => _id = value; }

    /// <summary>Alerts, lines and the coming and going of calls are for everybody, transcripts and curves for those who watch.</summary>
    public bool Wants(CallEvent e) => e is not (TranscriptPartial or TranscriptFinal or InflectionHeard) || e.Call == _id;
}

/// <summary>
/// What one page sees of the feed. It keeps its own place in the ring and reads the next batch only when the connection
/// has taken the last one, so a slow page holds nobody up; when the ring has gone past it, it gets a new snapshot.
/// </summary>
internal sealed class FollowStream(EventFeed feed, LiveBoard board, ServerStatus server, TimeProvider time)
{
    /// <summary>A page that hears nothing for more than twice this may think the connection dead.</summary>
    public static readonly TimeSpan PulseEvery = TimeSpan.FromSeconds(5);

    private const int Batch = 256;

    /// <summary>Of each page the newest event that its connection has taken.</summary>
    private readonly ConcurrentDictionary<object, long> _places = new(ReferenceEqualityComparer.Instance);

    /// <summary>Waits until every page has taken all there is: the last events of calls that end with the server.</summary>
    /// <param name="most">A page that does not read holds nobody up for longer.</param>
    public async Task DrainAsync(TimeSpan most)
    {
        var waited = Stopwatch.StartNew();
        while (_places.Values.Any(place => place < feed.Last) && waited.Elapsed < most) await Task.Delay(10).ConfigureAwait(false);
    }

    /// <param name="after">Last sequence number the page knows, or null.</param>
    /// <param name="startedKnown"><see cref="ServerState.Started"/> of the server it knows it from, or null.</param>
    public async IAsyncEnumerable<object> ReadAsync(long? after, string? startedKnown, WatchedCall watched,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<FeedItem> items = [];
        var joined = feed.Last;
        long at;
        if (after is { } known && SameRun(startedKnown) && feed.TryRead(known, items, int.MaxValue))
        {
            at = known;
            yield return new ResumedMessage(feed.Last, items.Count(i => watched.Wants(i.Event)));
        }
        else
        {
            var snapshot = Snapshot(missed: after is not null);
            at = snapshot.Sequence;
            yield return snapshot;
        }

        var page = new object();
        using var leaving = new Leaving(_places, page);
        using var beat = new PeriodicTimer(PulseEvery, time);
        var tick = beat.WaitForNextTickAsync(cancellation).AsTask();
        Task? more = null;
        while (true)
        {
            if (tick.IsCompleted)
            {
                await tick.ConfigureAwait(false);
                tick = beat.WaitForNextTickAsync(cancellation).AsTask();
                yield return new PulseMessage(server.LagSeconds, at);
            }
            _places[page] = at;
            items = [];
            if (!feed.TryRead(at, items, Batch))
            {
                HostMetrics.PagesOvertaken.Add(1);
                var snapshot = Snapshot(missed: true);
                at = snapshot.Sequence;
                yield return snapshot;
            }
            else if (items.Count > 0)
            {
                at = items[^1].Sequence;
                items.RemoveAll(i => !watched.Wants(i.Event));
                if (items.Count == 0) continue;
                yield return new EventsMessage(items, server.LagSeconds);
                NoteDelivered(items, joined);
            }
            else
            {
                more ??= feed.WaitAsync(at, cancellation);
                await Task.WhenAny(more, tick).ConfigureAwait(false);
                if (more.IsCompleted) more = null;
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>
    /// The next message is asked for when the connection has taken the last one: written to its transport, which holds at
    /// most some 64 KB before a page that does not read stops it. What the network does then is not seen from here.
    /// What the page only catches up on, from before it joined, says nothing about delivery.
    /// </summary>
    private void NoteDelivered(List<FeedItem> items, long joined)
    {
        foreach (var (sequence, e) in items)
        {
            if (sequence > joined && e is AlertRaised { Clock: { CapturedStamp: not 0 } clock } raised)
                StageMetrics.Delivered(AlertKind.Of(raised.Alert), clock, time.GetElapsedTime(clock.CapturedStamp));
        }
    }

    private readonly struct Leaving(ConcurrentDictionary<object, long> places, object page) : IDisposable
    {
        public void Dispose() => places.TryRemove(page, out _);
    }

    private bool SameRun(string? startedKnown) => startedKnown is null || startedKnown == server.Started;

    private SnapshotMessage Snapshot(bool missed)
    {
        var (sequence, calls, alerts) = board.Read();
        return new SnapshotMessage(sequence, missed, calls, alerts, server.State);
    }
}
