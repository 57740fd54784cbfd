using System.Net;
using System.Text.RegularExpressions;
using SpeechQA.Host.Tests.Fakes;

namespace SpeechQA.Host.Tests.Api;

public sealed partial class HealthAndMetricsTests
{
    [Fact]
    public async Task Ready_is_who_has_a_worker_that_answers()
    {
        await using var good = await TestServer.StartAsync();
        await using var stuck = await TestServer.StartAsync(recognizer: new StuckRecognizer());
        Assert.Equal("ok\n", await stuck.Http.GetStringAsync("healthz"));
        using var refused = await stuck.Http.GetAsync("readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("urn:speechqa:problem:not-ready", await refused.Content.ReadAsStringAsync());
        Assert.Equal("ready\n", await good.Http.GetStringAsync("readyz"));
    }

    [Fact]
    public async Task Metrics_are_prometheus_text_with_what_happened()
    {
        await using var server = await TestServer.StartAsync();
        await server.OpenAsync();
        using var refused = await server.Http.GetAsync("api/calls/nope");
        var text = await server.Http.GetStringAsync("metrics");
        var samples = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith('#')).ToList();
        Assert.All(samples, line => Assert.Matches(Sample(), line));
        Assert.Contains(samples, l => l.StartsWith("speechqa_calls_opened", StringComparison.Ordinal));
        Assert.Contains(samples, l => l.StartsWith("speechqa_calls_open", StringComparison.Ordinal));
        Assert.Contains(samples, l => l.StartsWith("dotnet_gc_", StringComparison.Ordinal));
    }

    // Prometheus text format 0.0.4 (with OpenMetrics's exemplar-free samples): name, labels, value.
    [GeneratedRegex(@"^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*=""([^""\\]|\\.)*"",?)*\})? (-?[0-9.]+([eE][-+]?[0-9]+)?|NaN|[+-]Inf)( [0-9]+)?$")]
    private static partial Regex Sample();
}
