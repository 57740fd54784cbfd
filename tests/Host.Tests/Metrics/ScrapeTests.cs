using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.SignalR.Client;
using SpeechQA.Host.Sending;

namespace SpeechQA.Host.Tests.Metrics;

/// <summary>What a server that has followed a call, with a page that looked on, answers to a scrape.</summary>
public sealed partial class ScrapeTests(ScrapedServer server) : IClassFixture<ScrapedServer>
{
    [Fact]
    public void The_scrape_keeps_every_rule_of_the_format() => Assert.Empty(Exposition.Read(server.Text).Faults);

    [SkippableFact]
    public async Task Promtool_has_nothing_to_object()
    {
        Process promtool;
        try
        {
            promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
            {
                RedirectStandardInput = true,
                RedirectStandardError = true,
                RedirectStandardOutput = true
            })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new SkipException("promtool (Debian package prometheus) is not installed.");
        }
        using (promtool)
        {
            await promtool.StandardInput.WriteAsync(server.Text);
            promtool.StandardInput.Close();
            var said = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
            await promtool.WaitForExitAsync();
            Assert.Equal((0, ""), (promtool.ExitCode, said));
        }
    }

    [Fact]
    public void Every_stage_of_an_alert_of_words_has_a_histogram_up_to_the_page()
    {
        var read = Exposition.Read(server.Text);
        Assert.Superset(new HashSet<string> { "voiced", "queued", "inferred", "matched", "published", "delivered" },
            read.Labels[("speechqa_alert_stage_seconds_bucket", "stage")].ToHashSet());
        Assert.Equal(["delivered", "published"], read.Labels[("speechqa_alert_latency_seconds_bucket", "until")]);
        Assert.Contains("phrase", read.Labels[("speechqa_alert_latency_seconds_bucket", "kind")]);
        Assert.Contains("0.08", read.Labels[("speechqa_alert_latency_seconds_bucket", "le")]);
    }

    [Fact]
    public void Labels_do_not_name_calls_or_people()
    {
        string[] open = ["call", "call_id", "agent", "queue", "party"];
        Assert.DoesNotContain(Exposition.Read(server.Text).Labels.Keys, l => open.Contains(l.Label));
    }

    [Fact]
    public async Task The_dashboard_asks_only_for_what_there_is()
    {
        var names = Exposition.Read(server.Text).Names;
        using var board = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.Path("docs", "grafana-dashboard.json")));
        var queries = board.RootElement.GetProperty("panels").EnumerateArray().Where(p => p.TryGetProperty("targets", out _))
            .SelectMany(p => p.GetProperty("targets").EnumerateArray().Select(t => t.GetProperty("expr").GetString()!)).ToList();
        Assert.True(queries.Count >= 10);
        foreach (var query in queries)
        {
            var asked = Metric().Matches(query).Select(m => m.Value).ToList();
            Assert.True(asked.Count > 0, $"no metric in: {query}");
            Assert.All(asked, name => Assert.True(names.Contains(name), $"{name} is not in a scrape: {query}"));
        }
    }

    [GeneratedRegex(@"\b(speechqa|rtp|dotnet)_[a-z0-9_]+\b")]
    private static partial Regex Metric();
}

/// <summary>A server with a page and a call that raised alerts, and its scrape afterwards.</summary>
public sealed class ScrapedServer : IAsyncLifetime
{
    public string Text { get; private set; } = "";

    public async Task InitializeAsync()
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        await using var server = await TestServer.StartAsync();
        await using var page = new HubConnectionBuilder().WithUrl(new Uri(server.Address, "live")).Build();
        await page.StartAsync(patience.Token);
        await using var messages = page.StreamAsync<JsonElement>("Follow", null, null, patience.Token).GetAsyncEnumerator(patience.Token);
        Assert.True(await messages.MoveNextAsync());

        using var client = new CallClient(server.Address, null);
        var sending = new CallSender(client, TimeProvider.System, speed: 4).SendAsync(await Speech.LoadAsync(16, from: 10));
        while (await messages.MoveNextAsync() && !messages.Current.ToString().Contains("call.ended", StringComparison.Ordinal)) { }
        await sending;
        // The page has it, and a moment later the server knows that it has.
        do Text = await server.Http.GetStringAsync("metrics", patience.Token);
        while (!Text.Contains("""stage="delivered""", StringComparison.Ordinal));
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
