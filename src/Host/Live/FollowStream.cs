using System.Runtime.CompilerServices;
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

    /// <param name="after">Last sequence number the page knows, or null.</param>
    /// <param name="startedKnown"><see cref="ServerState.Started"/> of the server it knows it from, or null.</param>
    public async IAsyncEnumerable<object> ReadAsync(long? after, string? startedKnown, WatchedCall watched,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        List<FeedItem> items = [];
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
                if (items.Count > 0) yield return new EventsMessage(items, server.LagSeconds);
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

    private bool SameRun(string? startedKnown) => startedKnown is null || startedKnown == server.Started;

    private SnapshotMessage Snapshot(bool missed)
    {
        var (sequence, calls, alerts) = board.Read();
        return new SnapshotMessage(sequence, missed, calls, alerts, server.State);
    }
}
