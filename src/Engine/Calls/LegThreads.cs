using System.IO.Pipelines;

namespace SpeechQA.Engine.Calls;

/// <summary>
/// The threads that advance the legs of live calls, one per core. A round of the receive loop makes a dozen legs ready at once; the
/// thread pool wakes a thread for nearly each of them, which costs more than what is then done. These go on until no leg is ready.
/// </summary>
internal sealed class LegThreads : PipeScheduler
{
    private readonly Queue<(Action<object?> Work, object? State)> _ready = new();
    private readonly int _threads;
    private int _idle, _started;

    private LegThreads(int threads) => _threads = threads;

    /// <summary>Of all legs of the process.</summary>
    public static LegThreads Shared { get; } = new(Environment.ProcessorCount);

    public override void Schedule(Action<object?> action, object? state)
    {
        lock (_ready)
        {
            _ready.Enqueue((action, state));
            if (_idle > 0) Monitor.Pulse(_ready);
            else if (_started < _threads) new Thread(Run) { Name = $"legs {++_started}", IsBackground = true }.Start();
        }
    }

    private void Run()
    {
        while (true)
        {
            (Action<object?> Work, object? State) next;
            lock (_ready)
            {
                _idle++;
                while (!_ready.TryDequeue(out next)) Monitor.Wait(_ready);
                _idle--;
            }
            next.Work(next.State);
        }
    }
}
