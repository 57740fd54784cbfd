using System.Diagnostics;
using System.Runtime.CompilerServices;
using SpeechQA.Engine.Calls.Metrics;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
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

    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _pages;

    /// <summary>A page has connected.</summary>
    public void Join()
    {
        Interlocked.Increment(ref _pages);
        HostMetrics.Pages.Add(1);
    }

    /// <summary>A page has gone.</summary>
    public void Leave()
    {
        Interlocked.Decrement(ref _pages);
        HostMetrics.Pages.Add(-1);
    }

    /// <summary>
    /// The feed is over: each stream ends once its page has all there is, upon which a page leaves. It is waited for,
    /// because a connection that the server cuts takes with it what the page has not read yet.
    /// </summary>
    /// <param name="most">A page that does not leave holds nobody up for longer.</param>
    public async Task EndAsync(TimeSpan most)
    {
        _over.TrySetResult();
        var waited = Stopwatch.StartNew();
        while (Volatile.Read(ref _pages) > 0 && waited.Elapsed < most) await Task.Delay(10).ConfigureAwait(false);
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
            // Asked before the feed is read: what was published before it was over is in what is read after.
            var over = _over.Task.IsCompleted;
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
            else if (over)
            {
                yield break;
            }
            else
            {
                more ??= feed.WaitAsync(at, cancellation);
                await Task.WhenAny(more, tick, _over.Task).ConfigureAwait(false);
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

    private bool SameRun(string? startedKnown) => startedKnown is null || startedKnown == server.Started;

    private SnapshotMessage Snapshot(bool missed)
    {
        var (sequence, calls, alerts) = board.Read();
        return new SnapshotMessage(sequence, missed, calls, alerts, server.State);
    }
}
