using SpeechQA.Host.Metrics;

namespace SpeechQA.Bench.Load.Measuring;

/// <summary>What was measured in a stretch of the run. A latency belongs to the time from which it counts.</summary>
/// <param name="from">Stamp of its beginning.</param>
internal sealed class MeasureWindow(long from)
{
    private long _lastOver;

    public long From => from;

    /// <summary>Stamp of its end.</summary>
    public long To { get; set; } = long.MaxValue;

    public LatencyHistogram Phrases { get; } = new();
    public LatencyHistogram Inflection { get; } = new();
    public LatencyHistogram Transcripts { get; } = new();
    public LatencyHistogram Partials { get; } = new();

    /// <summary>Phrases said, those that an alert told of, and those told of before their end.</summary>
    public int Said { get; set; }
    public int Found { get; set; }
    public int Early { get; set; }

    /// <summary>How often what was missed: type of event and recording.</summary>
    public SortedDictionary<string, int> Missed { get; } = new(StringComparer.Ordinal);

    /// <summary>Phrases told of later than the limit.</summary>
    public List<LatePhrase> Late { get; } = [];

    /// <summary>Stamp of the last moment from which something took longer than its limit; 0: nothing did.</summary>
    public long LastOver => Interlocked.Read(ref _lastOver);

    public bool Holds(long stamp) => stamp >= From && stamp < To;

    public void Miss(string what) => Missed[what] = Missed.GetValueOrDefault(what) + 1;

    public void Add(LatencyHistogram histogram, long since, double ms, double limit)
    {
        histogram.Add(ms);
        if (ms <= limit) return;
        var last = LastOver;
        while (since > last)
        {
            var seen = Interlocked.CompareExchange(ref _lastOver, since, last);
            if (seen == last) return;
            last = seen;
        }
    }
}
