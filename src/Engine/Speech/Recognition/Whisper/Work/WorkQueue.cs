namespace SpeechQA.Engine.Speech.Recognition.Whisper.Work;

/// <summary>
/// Requests that wait for a worker, in three lanes: what may be final of live calls, partials, recordings. Within a lane the
/// oldest speech comes first, of equally old the first to come. A worker that is busy leaves work to one that is idle.
/// Patient requests (<see cref="QueuedWork.Patience"/>) wait for each other: an idle worker begins with them when one has waited
/// long enough or something else is to be done; a worker that has begun takes along those that have waited for two thirds of it.
/// </summary>
internal sealed class WorkQueue(TimeProvider time)
{
    /// <summary>How long after the last request of a live call more are expected.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(10);

    /// <summary>After which an idle worker looks again: a thread cannot be asked to wait without bound.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly object _lock = new();
    private readonly LinkedList<QueuedWork>[] _lanes = [new(), new(), new()];
    private long? _lastLive;

    private int _count;
    private int _patient;
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
            lock (_lock) return _count - _lanes[^1].Count;
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

    /// <summary>A request of a live call came within the last 10 s.</summary>
    public bool HasLiveCalls
    {
        get
        {
            lock (_lock) return _lastLive is { } last && time.GetElapsedTime(last) < Lately;
        }
    }

    /// <summary>False: the queue is closed.</summary>
    public bool TryAdd(QueuedWork work)
    {
        lock (_lock)
        {
            if (_closed) return false;
            if (work.Kind != RecognitionKind.File) _lastLive = time.GetTimestamp();
            Insert(_lanes[LaneOf(work.Kind)], work);
            Note(work, 1);
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
            Note(work, -1);
        }
    }

    /// <summary>Waits for a request; null when the queue is closed and empty.</summary>
    public QueuedWork? Wait()
    {
        lock (_lock)
        {
            _idle++;
            while (!_closed && Rest() is var rest && rest != TimeSpan.Zero) Monitor.Wait(_lock, rest);
            _idle--;
            return Take(_lanes.Length);
        }
    }

    /// <summary>A request for a worker that has others in flight, or null when there is none that idle workers leave.</summary>
    /// <param name="least">The least urgent kind that it has room for.</param>
    public QueuedWork? TakeMore(RecognitionKind least = RecognitionKind.File)
    {
        lock (_lock)
        {
            var lanes = LaneOf(least) + 1;
            var count = 0;
            foreach (var lane in _lanes.AsSpan(0, lanes)) count += lane.Count;
            if (count - _patient > _idle) return Take(lanes);
            // Most of the pauses that are none are over by then.
            return Patient.FirstOrDefault(static work => work.Waited >= work.Patience * (2.0 / 3)) is { } company ? Take(company) : null;
        }
    }

    /// <summary>A request of the first lane for older speech than that, or null. Idle workers have it first.</summary>
    /// <param name="since">Wall stamp.</param>
    public QueuedWork? TakeOlder(long since)
    {
        lock (_lock)
        {
            return _idle == 0 && _lanes[0].First is { Value: var work } && work.Since < since ? Take(work) : null;
        }
    }

    /// <summary>Takes no more; answers what still waits.</summary>
    public IReadOnlyList<QueuedWork> Close()
    {
        lock (_lock)
        {
            _closed = true;
            var left = new List<QueuedWork>();
            while (Take(_lanes.Length) is { } work) left.Add(work);
            Monitor.PulseAll(_lock);
            return left;
        }
    }

    private static int LaneOf(RecognitionKind kind) => kind switch
    {
        RecognitionKind.Speculative or RecognitionKind.Final => 0,
        RecognitionKind.Partial => 1,
        _ => 2,
    };

    /// <summary>Behind all that are as old; almost always at the end.</summary>
    private static void Insert(LinkedList<QueuedWork> lane, QueuedWork work)
    {
        var before = lane.Last;
        while (before is not null && before.Value.Since > work.Since) before = before.Previous;
        if (before is null) lane.AddFirst(work.Place);
        else lane.AddAfter(before, work.Place);
    }

    private IEnumerable<QueuedWork> Patient => _patient == 0 ? [] : _lanes[0].Where(static work => work.IsPatient);

    /// <summary>How long an idle worker has nothing to do if nothing comes; infinite: nothing waits.</summary>
    private TimeSpan Rest()
    {
        if (_count == 0) return Timeout.InfiniteTimeSpan;
        if (_count > _patient) return TimeSpan.Zero;
        var rest = LongestRest;
        foreach (var work in Patient)
        {
            var left = work.Patience - work.Waited;
            if (left < rest) rest = left;
        }
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    private QueuedWork? Take(int lanes)
    {
        foreach (var lane in _lanes.AsSpan(0, lanes))
            if (lane.First is { } first) return Take(first.Value);
        return null;
    }

    private QueuedWork Take(QueuedWork work)
    {
        work.Place.List!.Remove(work.Place);
        Note(work, -1);
        return work;
    }

    private void Note(QueuedWork work, int by)
    {
        _count += by;
        if (work.IsPatient) _patient += by;
    }
}
