namespace SpeechQA.Bench.Load;

/// <summary>
/// The largest number of calls with which all limits hold: doubled until they break, halved between, then confirmed by one
/// long run; where that breaks them, by the next lower number.
/// </summary>
/// <param name="measure">A run with so many calls for so many seconds.</param>
internal sealed class CapacitySearch(Func<int, double, Task<LoadReport>> measure, TextWriter log)
{
    private readonly List<CapacityTrial> _trials = [];

    /// <param name="first">Calls of the first run.</param>
    /// <param name="most">Never more than these.</param>
    /// <param name="shortSeconds">Duration of a run of the search.</param>
    /// <param name="longSeconds">Duration of the run that confirms.</param>
    /// <returns>The run that confirmed, with all trials; the smallest that was tried when no limit held anywhere.</returns>
    public async Task<LoadReport> RunAsync(int first, int most, double shortSeconds, double longSeconds)
    {
        var (held, broken) = (0, most + 1);
        for (var calls = Math.Clamp(first, 1, most); held + 1 < broken; calls = Next(held, broken, most))
        {
            if ((await TryAsync(calls, shortSeconds).ConfigureAwait(false)).LimitsBroken.Count == 0) held = calls;
            else broken = calls;
        }
        LoadReport report;
        do report = await TryAsync(Math.Max(held, 1), longSeconds).ConfigureAwait(false);
        while (report.LimitsBroken.Count > 0 && --held > 0);
        return report with { Trials = _trials };
    }

    /// <summary>Doubles while nothing has broken, else the middle.</summary>
    private static int Next(int held, int broken, int most) => broken > most && 2 * held <= most && held > 0 ? 2 * held
        : (held + broken) / 2;

    private async Task<LoadReport> TryAsync(int calls, double seconds)
    {
        log.WriteLine($"-- {calls} calls for {seconds:F0} s");
        var report = await measure(calls, seconds).ConfigureAwait(false);
        _trials.Add(new CapacityTrial(calls, report.LimitsBroken.Count == 0, report.LimitsBroken));
        log.WriteLine(report.LimitsBroken.Count == 0
            ? $"-- {calls} calls: all limits hold"
            : $"-- {calls} calls: {string.Join("; ", report.LimitsBroken)}");
        return report;
    }
}
