using Microsoft.Extensions.Logging;

namespace SpeechQA.Engine.Core;

/// <summary>
/// Runs work that nobody waits for: callbacks of timers, tasks in the background. Its fault does not end the process: it is
/// logged, counted (<see cref="EngineMetrics.Failures"/>, by place), and everything else goes on.
/// </summary>
public static partial class UnattendedWork
{
    /// <summary>Runs a piece of work to its end or its fault.</summary>
    /// <param name="place">Label of the metric, a few words at most: <c>rules</c>, <c>board</c>.</param>
    /// <param name="logger">Told of the fault.</param>
    /// <param name="work">What is to be done.</param>
    /// <returns>False when it failed.</returns>
    public static bool Run(string place, ILogger logger, Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (Exception e)
        {
            Report(place, logger, e);
            return false;
        }
    }

    /// <summary>Runs a task to its end or its fault; done then, never faulted. A cancelled one has ended as it was meant to.</summary>
    /// <inheritdoc cref="Run"/>
    public static async Task RunAsync(string place, ILogger logger, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
        catch (Exception e)
        {
            Report(place, logger, e);
        }
    }

    /// <summary>Logs and counts a fault that was caught elsewhere.</summary>
    /// <inheritdoc cref="Run"/>
    public static void Report(string place, ILogger logger, Exception fault)
    {
        EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", place));
        LogFailed(logger, fault, place);
    }

    [LoggerMessage(40, LogLevel.Error, "Work in the background failed ({Place}); everything else goes on.")]
    private static partial void LogFailed(ILogger logger, Exception fault, string place);
}
