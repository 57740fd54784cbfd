using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Calls.Load;

/// <summary>
/// The order in which live calls give up work, for all of them. How far the machine is behind is told by what waits for each
/// worker, and by how long the oldest final has waited; the worse of both counts:
/// <list type="table">
/// <listheader><term>step</term><description>waiting per worker; oldest final, share of
/// <see cref="OverloadLimits.LongestWait"/></description></listheader>
/// <item><term>every second partial</term><description>1; 0.2</description></item>
/// <item><term>every fourth partial</term><description>2; 0.3</description></item>
/// <item><term>no partial</term><description>4; 0.4</description></item>
/// <item><term>every second inflection window</term><description>8; 0.6</description></item>
/// <item><term>finals are shed</term><description>more finals than <see cref="OverloadLimits.FinalsPerWorker"/>; above
/// 1</description></item>
/// </list>
/// Too many finals: the call opened first loses its oldest. Too old: that final itself. Safe for concurrent use.
/// </summary>
internal sealed class Overload
{
    private static readonly (LoadStep Step, double Waiting, double Wait)[] Steps =
        [(LoadStep.WideInflection, 8, 0.6), (LoadStep.NoPartials, 4, 0.4), (LoadStep.FewPartials, 2, 0.3), (LoadStep.HalfPartials, 1, 0.2)];

    private readonly ISpeechRecognizer _recognizer;
    private readonly TimeProvider _time;
    private readonly OverloadLimits _limits;
    private readonly Lock _lock = new();
    private readonly List<WaitingFinal> _finals = [];
    private long _calls;
    private int _count;

    public Overload(ISpeechRecognizer recognizer, TimeProvider time, OverloadLimits? limits = null)
    {
        (_recognizer, _time, _limits) = (recognizer, time, limits ?? new OverloadLimits());
        ArgumentOutOfRangeException.ThrowIfLessThan(_limits.FinalsPerWorker, OverloadLimits.LeastFinals);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_limits.LongestWait, TimeSpan.Zero);
    }

    /// <summary>Finals that wait now.</summary>
    public int Waiting => Volatile.Read(ref _count);

    /// <inheritdoc cref="ISpeechRecognizer.IsBusy"/>
    public bool IsBusy => _recognizer.IsBusy;

    /// <summary>How far is given up now.</summary>
    public LoadStep Step
    {
        get
        {
            var finals = 0.0;
            var wait = TimeSpan.Zero;
            if (Waiting > 0)
            {
                lock (_lock)
                {
                    finals = _finals.Count / (double)_recognizer.Workers;
                    foreach (var final in _finals) wait = Max(wait, _time.GetElapsedTime(final.Queued));
                }
            }
            return StepOf(Math.Max(_recognizer.Backlog, finals), finals, wait / _limits.LongestWait);
        }
    }

    /// <summary>The number of the next call; a call opened later has a greater one.</summary>
    public long NextCall() => Interlocked.Increment(ref _calls);

    /// <summary>A final waits, unless a worker has begun with it already; may shed another, or this one.</summary>
    public void Enter(WaitingFinal final)
    {
        lock (_lock)
        {
            if (final.HasBegun) return;
            _finals.Add(final);
            _count = _finals.Count;
        }
        Relieve();
    }

    /// <summary>A worker begins with it: it waits no more, and is not shed.</summary>
    public void Begin(WaitingFinal final)
    {
        lock (_lock)
        {
            final.HasBegun = true;
            Remove(final);
        }
        Relieve();
    }

    /// <summary>Its text is there, or never will be.</summary>
    public void Leave(WaitingFinal final)
    {
        lock (_lock) Remove(final);
    }

    /// <summary>Sheds what is too much or too old now. Live legs call it as their audio comes, workers as they begin with one.</summary>
    public void Relieve()
    {
        if (Waiting == 0) return;
        List<WaitingFinal>? shed = null;
        lock (_lock)
        {
            while (NextToShed() is { } final)
            {
                final.IsShed = true;
                Remove(final);
                (shed ??= []).Add(final);
            }
        }
        // Cancelling runs the recogniser's code: not under the lock.
        shed?.ForEach(f => f.Cancel.Cancel());
    }

    /// <param name="waiting">Requests of live calls per worker.</param>
    /// <param name="finals">Finals among them, and those that do not even queue yet.</param>
    /// <param name="wait">Of the oldest final, in <see cref="OverloadLimits.LongestWait"/>.</param>
    internal LoadStep StepOf(double waiting, double finals, double wait)
    {
        if (finals > _limits.FinalsPerWorker || wait > 1) return LoadStep.ShedFinals;
        foreach (var (step, most, longest) in Steps)
            if (waiting >= most || wait >= longest) return step;
        return LoadStep.None;
    }

    private WaitingFinal? NextToShed()
    {
        WaitingFinal? oldest = null, first = null;
        foreach (var final in _finals)
        {
            if (oldest is null || final.Queued < oldest.Queued) oldest = final;
            if (first is null || (final.Call, final.Queued).CompareTo((first.Call, first.Queued)) < 0) first = final;
        }
        if (oldest is null) return null;
        if (_time.GetElapsedTime(oldest.Queued) > _limits.LongestWait) return oldest;
        return _finals.Count > _limits.FinalsPerWorker * _recognizer.Workers ? first : null;
    }

    private void Remove(WaitingFinal final)
    {
        if (_finals.Remove(final)) _count = _finals.Count;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
