using SpeechQA.Bench.Load.Server;
using SpeechQA.Engine;

namespace SpeechQA.Bench.Tests.Load;

public sealed class ServerReadingTests
{
    [Fact]
    public void A_scrape_is_summed_over_all_labels_or_by_one()
    {
        var scrape = MetricsScrape.Parse("# TYPE a_total counter\na_total{kind=\"x\",place=\"p\\\"q\"} 1.5\na_total{kind=\"x\",place=\"r\"} 2\na_total{kind=\"y\"} 4\nb 7\nbroken {\n");
        Assert.Equal((7.5, 7, 0), (scrape.Sum("a_total"), scrape.Sum("b"), scrape.Sum("c")));
        Assert.Equal(new Dictionary<string, double> { ["x"] = 3.5, ["y"] = 4 }, scrape.By("a_total", "kind"));
    }

    [SkippableFact]
    public void The_usage_of_a_process_is_what_the_runtime_says_of_itself()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Reads /proc.");
        var before = Environment.CpuUsage.TotalTime.TotalSeconds;
        var usage = ProcessUsage.Read(Environment.ProcessId)!;
        Assert.InRange(usage.CpuSeconds, before - 0.1, Environment.CpuUsage.TotalTime.TotalSeconds + 0.1);
        Assert.InRange(usage.ResidentMb, Environment.WorkingSet / 1048576.0 * 0.8, Environment.WorkingSet / 1048576.0 * 1.25);
        Assert.True(usage.PeakMb >= usage.ResidentMb * 0.99);
        Assert.Null(ProcessUsage.Read(int.MaxValue));
    }

    [Theory]
    [InlineData("0", new[] { 0 })]
    [InlineData("0,2-4", new[] { 0, 2, 3, 4 })]
    public void Cores_are_read_as_taskset_writes_them(string text, int[] cores) => Assert.Equal(cores, LoadTarget.CoreList(text));

    [Theory]
    [InlineData("")]
    [InlineData("3-1")]
    [InlineData("a")]
    public void Other_lists_are_refused(string text) => Assert.Throws<BadInputException>(() => LoadTarget.CoreList(text));
}
