namespace SpeechQA.Host.Tests.Metrics;

/// <summary>The check itself: it must see what is wrong.</summary>
public sealed class ExpositionTests
{
    private const string Good = "# TYPE a_total counter\n# HELP a_total Some\na_total{x=\"1\"} 2\na_total{x=\"2\"} 3\n"
        + "# TYPE h_seconds histogram\n# HELP h_seconds Some\nh_seconds_bucket{le=\"1\"} 1\nh_seconds_bucket{le=\"+Inf\"} 2\nh_seconds_sum "
        + "3.5\nh_seconds_count 2\n";

    [Fact]
    public void What_is_right_has_no_faults()
    {
        var read = Exposition.Read(Good);
        Assert.Empty(read.Faults);
        Assert.Equal(["a_total", "h_seconds_bucket", "h_seconds_count", "h_seconds_sum"], read.Names);
    }

    [Theory]
    [InlineData("a_total{x=\"2\"} 3", "a_total{x=\"1\"} 3", "the same series again")]
    [InlineData("a_total{x=\"2\"} 3", "a_total{x=2} 3", "no sample")]
    [InlineData("a_total{x=\"2\"} 3", "a_total{x=\"2\"} -3", "no counter")]
    [InlineData("a_total{x=\"2\"} 3", "b 3", "sample without TYPE")]
    [InlineData("# TYPE a_total counter\n", "", "sample without TYPE")]
    [InlineData("# HELP a_total Some\n", "", "no HELP")]
    [InlineData("h_seconds_bucket{le=\"1\"} 1", "h_seconds_bucket{le=\"1\"} 3", "buckets do not grow")]
    [InlineData("h_seconds_bucket{le=\"+Inf\"} 2\n", "", "no bucket +Inf")]
    [InlineData("h_seconds_count 2", "h_seconds_count 3", "count is not the bucket")]
    [InlineData("h_seconds_sum 3.5\n", "", "no sum")]
    [InlineData("h_seconds_count 2\n", "h_seconds_count 2\na_total{x=\"3\"} 3\n", "its metric was over")]
    [InlineData("h_seconds_count 2\n", "h_seconds_count 2", "the last line does not end")]
    public void What_is_wrong_is_told(string from, string to, string fault)
    {
        Assert.Contains(from, Good, StringComparison.Ordinal);
        Assert.Contains(Exposition.Read(Good.Replace(from, to)).Faults, f => f.Contains(fault, StringComparison.Ordinal));
    }
}
