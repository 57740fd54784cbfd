using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Send;
using SpeechQA.Host.Live;
using SpeechQA.Host.Metrics;
using SpeechQA.Host.Sending;
using SpeechQA.Host.Server;
using SpeechQA.Host.Tests.Fakes;

namespace SpeechQA.Host.Tests.Metrics.Page;

/// <summary>What happens to a server: how calls end, what is refused, rules that change, pages that are slow, models that work.</summary>
internal static class ServerScenarios
{
    public static IReadOnlyList<MetricScenario> All { get; } =
    [
        new("calls that are not used or fall silent",
            ["speechqa_calls_ended_total{reason=unused}", "speechqa_calls_ended_total{reason=silent}"], IdleAsync),
        new("a goodbye", ["speechqa_calls_ended_total{reason=goodbye}"], GoodbyeAsync),
        new("a server that stops", ["speechqa_calls_ended_total{reason=stopping}"], StopAsync),
        new("ports that fail", ["speechqa_calls_ended_total{reason=internal-error}", "speechqa_failures_total{place=receive}"], FailAsync),
        new("one call too many", ["speechqa_calls_refused_total{reason=too-many-calls}"], RefuseCallAsync),
        new("requests of strangers",
            [.. new[] { "token", "foreign-host", "foreign-origin" }.Select(r => $"speechqa_requests_refused_total{{reason={r}}}")],
            RefuseRequestsAsync),
        new("rules that change, and the real recogniser",
            ["speechqa_rules_reloads_total{outcome=taken}", "speechqa_rules_reloads_total{outcome=refused}",
                "speechqa_model_cpu_seconds_total{model=encoder}", "speechqa_model_cpu_seconds_total{model=decoder}"], ChangeRulesAsync),
        new("a page that does not read", ["speechqa_pages_overtaken_total"], OvertakeAsync),
    ];

    private static async Task IdleAsync()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        var silent = await server.OpenAsync();
        var unused = await server.OpenAsync();
        await SpeakAsync(server, silent);
        using var patience = new CancellationTokenSource(TestServer.Patience);
        // All but what is kept back until there is enough of it to listen to.
        var path = $"api/calls/{silent.GetProperty("id").GetString()}";
        while ((await server.GetAsync(path)).GetProperty("call").GetProperty("durationSeconds").GetDouble() < 0.3)
            await Task.Delay(20, patience.Token);
        for (var i = 0; i < 32; i++) time.Advance(TimeSpan.FromSeconds(1));
        await server.EventAsync(silent.GetProperty("id").GetString()!, "call.ended");
        await server.EventAsync(unused.GetProperty("id").GetString()!, "call.ended");
    }

    private static async Task GoodbyeAsync()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new CallClient(server.Address, null);
        var call = await Speech.LoadAsync(0.4);
        var opened = await client.OpenAsync(call.Request, default);
        using var sender = new PacedRtpSender(TimeProvider.System);
        foreach (var (source, leg) in call.Legs.Zip(opened.Legs)) sender.Add(source, new IPEndPoint(IPAddress.Loopback, leg.RtpPort));
        await sender.RunAsync();
        await server.EventAsync(opened.Id, "call.ended");
    }

    private static async Task StopAsync()
    {
        await using var server = await TestServer.StartAsync();
        await server.OpenAsync();
        await server.StopAsync();
    }

    private static async Task FailAsync()
    {
        var time = new FaultyClock();
        await using var server = await TestServer.StartAsync(time: time);
        var call = await server.OpenAsync();
        time.IsBroken = true;
        await server.EventAsync(call.GetProperty("id").GetString()!, "call.ended");
    }

    private static async Task RefuseCallAsync()
    {
        await using var server = await TestServer.StartAsync(new ServerOptions { MaxCalls = 1 });
        await server.OpenAsync();
        using var refused = await server.Http.PostAsJsonAsync("api/calls", TestServer.Body());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
    }

    private static async Task RefuseRequestsAsync()
    {
        await using var open = await TestServer.StartAsync();
        await using var closed = await TestServer.StartAsync(new ServerOptions { Tokens = [new AccessToken("mia", "s3cret")] });
        using var host = new HttpRequestMessage(HttpMethod.Get, "api/calls") { Headers = { Host = "rebound.example" } };
        using var origin = new HttpRequestMessage(HttpMethod.Get, "api/calls") { Headers = { { "Origin", "https://elsewhere.example" } } };
        Assert.Equal(HttpStatusCode.Forbidden, (await open.Http.SendAsync(host)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await open.Http.SendAsync(origin)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await closed.Http.GetAsync("api/calls")).StatusCode);
    }

    /// <summary>A server that begins has each worker recognise something; its rules are read again when they change.</summary>
    private static async Task ChangeRulesAsync()
    {
        using var rules = new TemporaryFolder();
        rules.Write("rules.yaml", TestServer.Rule);
        var setup = EngineSetup.Load(new EngineOptions { Rules = rules.Path, Workers = 1, Inflection = "none" });
        await using var server = await TestServer.StartAsync(setup);
        using var patience = new CancellationTokenSource(TestServer.Patience);
        while ((await server.Http.GetAsync("readyz", patience.Token)).StatusCode != HttpStatusCode.OK) await Task.Delay(50, patience.Token);
        var read = 0;
        using var listener = new MeterListener();
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => Interlocked.Increment(ref read));
        listener.EnableMeasurementEvents(HostMetrics.RuleReloads);
        string[] changes = [TestServer.Rule.Replace("Wants to cancel", "Wants to leave us", StringComparison.Ordinal), "rules: nonsense"];
        for (var i = 0; i < changes.Length; i++)
        {
            rules.Write("rules.yaml", changes[i]);
            while (Volatile.Read(ref read) == i) await Task.Delay(50, patience.Token);
        }
    }

    private static async Task OvertakeAsync()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.StartAsync(time: time);
        var engine = server.Setup.Engine;
        var stream = new FollowStream(engine.Feed, new LiveBoard(engine), new ServerStatus(engine, server.Setup.Lag, time), time);
        using var patience = new CancellationTokenSource(TestServer.Patience);
        await using var page = stream.ReadAsync(null, null, new WatchedCall(), patience.Token).GetAsyncEnumerator(patience.Token);
        Assert.True(await page.MoveNextAsync());
        for (var i = 1; i <= 20_000; i++) engine.Feed.Publish(new CallEnded("a", i, 1, "completed"));
        Assert.True(await page.MoveNextAsync());
    }

    private static async Task SpeakAsync(TestServer server, JsonElement call)
    {
        using var sender = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var to = new IPEndPoint(IPAddress.Loopback, call.GetProperty("legs")[1].GetProperty("rtpPort").GetInt32());
        for (byte i = 0; i < 25; i++)
        {
            var packet = new byte[172];
            RtpPacket.WriteHeader(packet, false, 0, i, i * 160u, 7);
            await sender.SendAsync(packet, to);
        }
    }
}
