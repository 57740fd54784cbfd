using SpeechQA.Engine.Calls.Metrics;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Metrics;

namespace SpeechQA.Host.Tests.Metrics;

public sealed class LatencyTests
{
    [Fact]
    public void Percentiles_are_within_one_percent_of_the_sorted_values()
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 10_000).Select(_ => Math.Exp(random.NextDouble() * 9)).ToArray();
        var histogram = new LatencyHistogram();
        foreach (var value in values) histogram.Add(value);
        Array.Sort(values);
        var summary = histogram.Summary();
        Assert.Equal(values.Length, summary.Count);
        foreach (var (at, got) in new[] { (0.5, summary.P50), (0.9, summary.P90), (0.99, summary.P99) })
            Assert.InRange(got!.Value / values[(int)(at * values.Length) - 1], 0.99, 1.01);
        Assert.Equal(values[^1], summary.Max!.Value, 0.01);
        Assert.Equal(values.Average(), summary.Mean!.Value, 0.01);
    }

    [Fact]
    public void Of_nothing_nothing_is_known() =>
        Assert.Equal(new LatencySummary(0, null, null, null, null, null), new LatencyHistogram().Summary());

    [Fact]
    public void What_is_out_of_range_counts_as_its_end()
    {
        var histogram = new LatencyHistogram();
        histogram.Add(-5);
        histogram.Add(1e12);
        Assert.Equal((2, 0, 3_600_000), (histogram.Summary().Count, histogram.Summary().P50, histogram.Summary().Max));
    }

    [Fact]
    public void The_summary_of_a_run_has_a_line_for_each_stage_and_what_was_shed()
    {
        using var summary = new RunSummary();
        // Other tests of this process record as well: only what no alert has is sure to be ours.
        for (var i = 1; i <= 100; i++) StageMetrics.Stage.Record(i / 1000.0, new("kind", "sample"), new("stage", "inferred"));
        StageMetrics.Latency.Record(0.5, new("kind", "sample"), new("until", "published"));
        EngineMetrics.Shed.Add(3, new KeyValuePair<string, object?>("kind", "sample"));
        var lines = summary.Lines();
        Assert.Matches(@"^sample: to inferred +100 +50\.\d +90\.\d +99\.\d +100\.0$",
            Assert.Single(lines, l => l.StartsWith("sample: to", StringComparison.Ordinal)));
        Assert.Matches(@"^sample: captured to published +1 +500\.0",
            Assert.Single(lines, l => l.StartsWith("sample: captured", StringComparison.Ordinal)));
        Assert.Contains("shed sample: 3", lines);
    }
}
