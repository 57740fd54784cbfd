namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// Requests that wait for a worker: the most urgent kind first, within a kind first come, first served. A worker that is
/// busy leaves work to one that is idle.
/// </summary>
internal sealed class WorkQueue
{
    private readonly object _lock = new();
    private readonly LinkedList<RecognitionWork>[] _kinds =
        [.. Enum.GetValues<RecognitionKind>().Select(_ => new LinkedList<RecognitionWork>())];

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
    public bool TryAdd(RecognitionWork work)
    {
        lock (_lock)
        {
            if (_closed) return false;
            _kinds[(int)work.Request.Kind].AddLast(work.Place);
            _count++;
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>Takes a request out that nobody waits for any longer.</summary>
    public void Remove(RecognitionWork work)
    {
        lock (_lock)
        {
            if (work.Place.List is not { } list) return;
            list.Remove(work.Place);
            _count--;
        }
    }

    /// <summary>Waits for a request; null when the queue is closed and empty.</summary>
    public RecognitionWork? Wait()
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
    public RecognitionWork? TakeMore()
    {
        lock (_lock) return _count > _idle ? Take() : null;
    }

    /// <summary>Takes no more; answers what still waits.</summary>
    public IReadOnlyList<RecognitionWork> Close()
    {
        lock (_lock)
        {
            _closed = true;
            var left = new List<RecognitionWork>();
            while (Take() is { } work) left.Add(work);
            Monitor.PulseAll(_lock);
            return left;
        }
    }

    private RecognitionWork? Take()
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

/// <summary>A request and the promise of its result.</summary>
internal sealed class RecognitionWork
{
    private readonly TaskCompletionSource<Recognition> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RecognitionWork(RecognitionRequest request)
    {
        Request = request;
        Place = new LinkedListNode<RecognitionWork>(this);
    }

    public RecognitionRequest Request { get; }

    /// <summary>The work's place in its queue.</summary>
    public LinkedListNode<RecognitionWork> Place { get; }

    public Task<Recognition> Result => _result.Task;

    /// <summary>Nobody waits for the result any longer.</summary>
    public bool IsDropped => _result.Task.IsCompleted;

    public void Complete(Recognition recognition) => _result.TrySetResult(recognition);

    public void Fail(Exception exception) => _result.TrySetException(exception);

    public void Cancel(CancellationToken cancellation) => _result.TrySetCanceled(cancellation);
}
