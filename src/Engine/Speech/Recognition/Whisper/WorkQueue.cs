namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// Requests that wait for a worker: the most urgent kind first, within a kind first come, first served. A worker that is
/// busy leaves work to one that is idle.
/// </summary>
internal sealed class WorkQueue
{
    private readonly object _lock = new();
    private readonly LinkedList<QueuedWork>[] _kinds =
        [.. Enum.GetValues<RecognitionKind>().Select(_ => new LinkedList<QueuedWork>())];

    private int _count;
    private int _idle;
    private bool _closed;

    /// <summary>Requests that wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _count;
        }
    }

    /// <summary>Requests of live calls that wait.</summary>
    public int LiveCount
    {
        get
        {
            lock (_lock) return _count - _kinds[(int)RecognitionKind.File].Count;
        }
    }

    /// <summary>Workers that wait.</summary>
    public int Idle
    {
        get
        {
            lock (_lock) return _idle;
        }
    }

    /// <summary>False: the queue is closed.</summary>
    public bool TryAdd(QueuedWork work)
    {
        lock (_lock)
        {
            if (_closed) return false;
            _kinds[(int)work.Kind].AddLast(work.Place);
            _count++;
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>Takes a request out that nobody waits for any longer.</summary>
    public void Remove(QueuedWork work)
    {
        lock (_lock)
        {
            if (work.Place.List is not { } list) return;
            list.Remove(work.Place);
            _count--;
        }
    }

    /// <summary>Waits for a request; null when the queue is closed and empty.</summary>
    public QueuedWork? Wait()
    {
        lock (_lock)
        {
            _idle++;
            while (_count == 0 && !_closed) Monitor.Wait(_lock);
            _idle--;
            return Take();
        }
    }

    /// <summary>A request for a worker that has others in flight, or null when there is none that idle workers leave.</summary>
    public QueuedWork? TakeMore()
    {
        lock (_lock) return _count > _idle ? Take() : null;
    }

    /// <summary>Takes no more; answers what still waits.</summary>
    public IReadOnlyList<QueuedWork> Close()
    {
        lock (_lock)
        {
            _closed = true;
            var left = new List<QueuedWork>();
            while (Take() is { } work) left.Add(work);
            Monitor.PulseAll(_lock);
            return left;
        }
    }

    private QueuedWork? Take()
    {
        foreach (var kind in _kinds)
        {
            if (kind.First is not { } first) continue;
            kind.RemoveFirst();
            _count--;
            return first.Value;
        }
        return null;
    }
}
