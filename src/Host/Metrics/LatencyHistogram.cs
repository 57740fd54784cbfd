using HdrHistogram;

namespace SpeechQA.Host.Metrics;

/// <summary>
/// Latencies from 1 us to an hour with an error of at most 1 %, however many there are: for percentiles, which buckets of
/// a metric cannot give. Any thread may add.
/// </summary>
internal sealed class LatencyHistogram
{
    private const long LongestMicroseconds = 3_600_000_000;
    private const int Digits = 2;

    // Most label values never occur, and each costs some 25 KB.
    private readonly LongHistogram _histogram = new(1, LongestMicroseconds, Digits);
    private readonly Lock _lock = new();
    private double _sum, _most;

    /// <param name="milliseconds">Below 0 counts as 0, above an hour as an hour.</param>
    public void Add(double milliseconds)
    {
        var ms = Math.Clamp(milliseconds, 0, LongestMicroseconds / 1000.0);
        lock (_lock)
        {
            _histogram.RecordValue((long)Math.Round(ms * 1000));
            _sum += ms;
            _most = Math.Max(_most, ms);
        }
    }

    public LatencySummary Summary()
    {
        lock (_lock)
        {
            var count = _histogram.TotalCount;
            return count == 0
                ? new LatencySummary(0, null, null, null, null, null)
                : new LatencySummary(count, At(50), At(90), At(99), Round(_most), Round(_sum / count));
        }
    }

    // The histogram answers the upper end of a bucket, which may lie above the greatest value.
    private double At(double percentile) => Round(Math.Min(_histogram.GetValueAtPercentile(percentile) / 1000.0, _most));

    private static double Round(double ms) => Math.Round(ms, 2);
}

/// <summary>Milliseconds; null when nothing was measured.</summary>
internal sealed record LatencySummary(long Count, double? P50, double? P90, double? P99, double? Max, double? Mean);
