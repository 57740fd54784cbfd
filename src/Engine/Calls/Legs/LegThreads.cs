using System.Diagnostics;
using System.IO.Pipelines;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>
/// The threads that advance the legs of live calls, one per core. A round of the receive loop makes a dozen legs ready at once; the
/// thread pool wakes a thread for nearly each of them, which costs more than what is then done. These go on until no leg is ready.
/// </summary>
internal sealed class LegThreads : PipeScheduler
{
    /// <summary>
    /// A leg that has waited for so long gets another thread: the one before listens to a voice window, which takes milliseconds.
    /// </summary>
    private static readonly long Patience = Stopwatch.Frequency * 2 / 1000;

    private readonly Queue<(Action<object?> Work, object? State, long Since)> _ready = new();
    private readonly int _threads;
    private int _started, _busy;

    /// <param name="threads">At most; each begins when it is needed first.</param>
    internal LegThreads(int threads) => _threads = threads;

    /// <summary>Of all legs of the process.</summary>
    public static LegThreads Shared { get; } = new(Environment.ProcessorCount);

    public override void Schedule(Action<object?> action, object? state)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_ready)
        {
            _ready.Enqueue((action, state, now));
            if (_busy > 0 && now - _ready.Peek().Since < Patience) return;
            if (_busy < _started) Monitor.Pulse(_ready);
            else if (_started < _threads) new Thread(Run) { Name = $"legs {++_started}", IsBackground = true }.Start();
            else return;
            // From now on, not from when it wakes: the next leg is ready sooner than that.
            _busy++;
        }
    }

    private void Run()
    {
        while (true)
        {
            (Action<object?> Work, object? State, long) next;
            lock (_ready)
            {
                while (!_ready.TryDequeue(out next))
                {
                    _busy--;
                    Monitor.Wait(_ready);
                }
            }
            try
            {
                next.Work(next.State);
            }
            catch (Exception)
            {
                // A leg's own faults end its task. What comes out here is a fault of the pipe's machinery, and would end the process.
                EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", "leg-threads"));
            }
        }
    }
}
