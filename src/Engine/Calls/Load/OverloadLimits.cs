namespace SpeechQA.Engine.Calls.Load;

/// <summary>When finals are given up. What is given up before them follows from these.</summary>
public sealed record OverloadLimits
{
    /// <summary>Lowest <see cref="FinalsPerWorker"/>: below it finals would be shed before inflection is measured less often.</summary>
    public const int LeastFinals = 16;

    /// <summary>
    /// Finals of all calls that may wait for a worker to begin with them, for each worker, 16 or more. Beyond it the call that
    /// was opened first loses its oldest. Default 32, about three seconds of a core's work.
    /// </summary>
    public int FinalsPerWorker { get; init; } = 32;

    /// <summary>
    /// Longest that a final may wait for a worker to begin with it. Default 5 s: later its text is of no use to who follows the call.
    /// </summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(5);
}
