using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
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
    public async Task A_warm_up_that_fails_is_told_logged_counted_and_tried_again()
    {
        using var failures = new Failures("warm-up");
        var (log, time, recognizer) = (new Lines(), new FakeTimeProvider(), new FailingRecognizer());
        await using var server = await TestServer.StartAsync(time: time, recognizer: recognizer, log: log);
        await UntilAsync(async () => (await server.Http.GetAsync("readyz")).StatusCode == HttpStatusCode.ServiceUnavailable
            && (await ReadyAsync(server)).Contains("the warm-up failed: the model is broken", StringComparison.Ordinal));
        Assert.Contains(log.Said, line => line.Contains("warm-up of the recogniser failed", StringComparison.Ordinal)
            && line.EndsWith("the model is broken", StringComparison.Ordinal));
        Assert.NotEqual(0, failures.Count);

        recognizer.IsMended = true;
        await UntilAsync(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return await ReadyAsync(server) == "ready\n";
        });
    }

    private static async Task<string> ReadyAsync(TestServer server)
    {
        using var answer = await server.Http.GetAsync("readyz");
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        while (!await condition()) await Task.Delay(20, patience.Token);
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
    [GeneratedRegex(@"^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*=""([^""\\]|\\.)*"",?)*\})? " +
        @"(-?[0-9.]+([eE][-+]?[0-9]+)?|NaN|[+-]Inf)( [0-9]+)?$")]
    private static partial Regex Sample();
}
