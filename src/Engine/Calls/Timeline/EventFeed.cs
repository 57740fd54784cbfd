using SpeechQA.Engine.Conversation;

namespace SpeechQA.Engine.Calls.Timeline;

/// <param name="Sequence">Number within the feed: 1, 2, 3 ... without holes.</param>
public readonly record struct FeedItem(long Sequence, CallEvent Event);

/// <summary>
/// The events of all calls in one numbered ring. A subscriber keeps its own place and reads from there: a slow one holds
/// nobody up, loses its place when the ring has gone round, is told so, and can start again from a snapshot.
/// </summary>
public sealed class EventFeed
{
    private readonly FeedItem[] _ring;
    private readonly Lock _lock = new();
    private TaskCompletionSource _more = NewSignal();
    private long _last;

    /// <param name="capacity">How many events the ring keeps.</param>
    public EventFeed(int capacity = 16_384)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _ring = new FeedItem[capacity];
    }

    /// <summary>Number of the newest event; 0 before the first.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>Adds an event and wakes those who wait for one.</summary>
    public void Publish(CallEvent e)
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            var sequence = _last + 1;
            _ring[sequence % _ring.Length] = new FeedItem(sequence, e);
            Volatile.Write(ref _last, sequence);
            signal = _more;
            _more = NewSignal();
        }
        signal.TrySetResult();
    }

    /// <summary>Adds to <paramref name="items"/> what came after <paramref name="after"/>, at most <paramref name="limit"/>.</summary>
    /// <returns>False when the ring no longer holds the event after <paramref name="after"/> (or never had it).</returns>
    public bool TryRead(long after, ICollection<FeedItem> items, int limit = 512)
    {
        lock (_lock)
        {
            if (after < 0 || after > _last || _last - after > _ring.Length) return false;
            for (var s = after + 1; s <= _last && limit > 0; s++, limit--) items.Add(_ring[s % _ring.Length]);
            return true;
        }
    }

    /// <summary>Completes when there is something after <paramref name="after"/>.</summary>
    public Task WaitAsync(long after, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return _last > after ? Task.CompletedTask : _more.Task.WaitAsync(cancellation);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
