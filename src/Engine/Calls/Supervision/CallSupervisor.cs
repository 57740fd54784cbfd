using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Calls.Supervision;

/// <summary>
/// Watches the loops that work on one call: those of its legs and that of its timeline. The first that faults ends the whole
/// call, is counted (<c>speechqa.failures</c>, by place) and logged; what the others throw while they are being stopped is
/// the same fault and is not told again. Safe for concurrent use.
/// </summary>
internal sealed partial class CallSupervisor(string call, ILogger logger)
{
    private readonly CancellationTokenSource _stop = new();
    private int _failed;

    /// <summary>Cancelled by the first fault: the loops stop, and what they wait for is given up.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>A loop has faulted.</summary>
    public bool HasFailed => Volatile.Read(ref _failed) != 0;

    /// <summary>Runs a loop, and ends the call when it faults.</summary>
    /// <param name="place">What of the call it works on: <c>leg</c>, <c>timeline</c> or <c>call</c>.</param>
    /// <returns>Done when the loop is; never faulted.</returns>
    public async Task WatchAsync(string place, Func<Task> loop)
    {
        try
        {
            await loop().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (HasFailed)
        {
            // Stopped because another has faulted.
        }
        catch (Exception e)
        {
            Fail(place, e);
        }
    }

    /// <summary>Ends the call, unless a fault has ended it already. Never throws.</summary>
    public void Fail(string place, Exception fault)
    {
        if (Interlocked.Exchange(ref _failed, 1) != 0) return;
        // Not here: whoever waits for it would go on in the middle of what has just faulted.
        _ = _stop.CancelAsync();
        try
        {
            EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", place));
            LogFailed(fault, place, call);
        }
        catch (Exception)
        {
            // A log that cannot be written must not keep the call open.
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The {Place} of call {Call} stopped by an internal error: the call ends, other calls go on.")]
    private partial void LogFailed(Exception fault, string place, string call);
}
