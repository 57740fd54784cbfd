using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Ingest.Rtp.Send;
using SpeechQA.Host.Sending;
using SpeechQA.Host.Server;
using SpeechQA.Host.Tests.Fakes;

namespace SpeechQA.Host.Tests.Calls;

/// <summary>The life of calls on a clock that the test turns. Alone: one of them measures the memory of the process.</summary>
[Collection(Alone.Name)]
public sealed class CallSessionsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public async Task A_call_that_is_never_used_ends_after_half_a_minute()
    {
        await using var server = await TestServer.StartAsync(time: _time);
        var id = (await server.OpenAsync()).GetProperty("id").GetString()!;
        Advance(29);
        Assert.Equal("live", await StateAsync(server, id));
        Advance(2);
        Assert.Equal("no packets came", (await server.EventAsync(id, "call.ended")).GetProperty("reason").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await server.Http.DeleteAsync($"api/calls/{id}")).StatusCode);
    }

    [Fact]
    public async Task A_call_ends_half_a_minute_after_its_last_packet()
    {
        await using var server = await TestServer.StartAsync(time: _time);
        var call = await server.OpenAsync();
        var id = call.GetProperty("id").GetString()!;
        var leg = call.GetProperty("legs")[1].GetProperty("rtpPort").GetInt32();
        Advance(20);
        // Packets of one leg keep the call; without a goodbye.
        await RtpPackets.SendAsync(leg, packets: 25);
        // All but what is kept back until there is enough of it to listen to.
        await WaitAsync(async () => (await server.GetAsync($"api/calls/{id}")).GetProperty("call").GetProperty("durationSeconds")
            .GetDouble() > 0.3);
        Advance(29);
        Assert.Equal("live", await StateAsync(server, id));
        Advance(2);
        Assert.Equal("no packets any more", (await server.EventAsync(id, "call.ended")).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_fault_while_calls_are_looked_after_is_told_once_and_they_end_all_the_same()
    {
        using var failures = new Failures("sessions");
        var (time, log) = (new FaultyTime(), new Lines());
        await using var server = await TestServer.StartAsync(time: time, log: log);
        var id = (await server.OpenAsync()).GetProperty("id").GetString()!;
        time.AdvanceBroken(TimeSpan.FromSeconds(1));
        time.AdvanceBroken(TimeSpan.FromSeconds(1));
        Assert.Equal(2, failures.Count);
        Assert.Single(log.Said, line => line.StartsWith($"Call {id} could not be looked after", StringComparison.Ordinal));
        for (var i = 0; i < 31; i++) time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("no packets came", (await server.EventAsync(id, "call.ended")).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_goodbye_of_all_legs_ends_the_call()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new CallClient(server.Address, null);
        var call = await Speech.LoadAsync(0.4);
        var opened = await client.OpenAsync(call.Request, default);
        using var sender = new PacedRtpSender(TimeProvider.System);
        foreach (var (source, leg) in call.Legs.Zip(opened.Legs)) sender.Add(source, new IPEndPoint(IPAddress.Loopback, leg.RtpPort));
        await sender.RunAsync();
        Assert.Equal("all parties left (RTCP BYE)", (await server.EventAsync(opened.Id, "call.ended")).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_call_whose_ports_fail_ends_with_an_internal_error_and_the_calls_of_others_are_heard()
    {
        var clock = new FaultyClock();
        await using var bad = await TestServer.StartAsync(new ServerOptions { RtpPorts = (44_000, 44_019) }, clock);
        await using var good = await TestServer.StartAsync(new ServerOptions { RtpPorts = (44_020, 44_039) });
        var heard = await good.OpenAsync();
        var failing = (await bad.OpenAsync()).GetProperty("id").GetString()!;
        clock.IsBroken = true;
        Assert.Equal("internal-error", (await bad.EventAsync(failing, "call.ended")).GetProperty("reason").GetString());
        Assert.Equal(0, bad.Setup.Engine.Calls.OpenCount);
        await RtpPackets.SendAsync(heard.GetProperty("legs")[1].GetProperty("rtpPort").GetInt32(), packets: 25);
        await HeardAsync(good, heard);
        // The server that failed takes calls again once its clock goes.
        clock.IsBroken = false;
        var again = await bad.OpenAsync();
        await RtpPackets.SendAsync(again.GetProperty("legs")[1].GetProperty("rtpPort").GetInt32(), packets: 25);
        await HeardAsync(bad, again);

        static Task HeardAsync(TestServer server, JsonElement call)
        {
            var path = $"api/calls/{call.GetProperty("id").GetString()}";
            return WaitAsync(async () =>
                (await server.GetAsync(path)).GetProperty("call").GetProperty("durationSeconds").GetDouble() > 0.3);
        }
    }

    [Fact]
    public async Task Ports_rest_before_they_are_given_out_again()
    {
        await using var server = await TestServer.StartAsync(new ServerOptions { RtpPorts = (45_100, 45_103) }, _time);
        var id = (await server.OpenAsync()).GetProperty("id").GetString();
        using (var refused = await server.Http.PostAsJsonAsync("api/calls", TestServer.Body()))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("all 2 pairs of RTP ports are in use or cooling down", await refused.Content.ReadAsStringAsync());
        }
        await server.Http.DeleteAsync($"api/calls/{id}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Http.PostAsJsonAsync("api/calls", TestServer.Body())).StatusCode);
        Advance(11);
        await server.OpenAsync();
    }

    [Fact]
    public async Task Stopping_the_server_ends_its_calls_and_says_so()
    {
        await using var server = await TestServer.StartAsync();
        var id = (await server.OpenAsync()).GetProperty("id").GetString()!;
        await server.StopAsync();
        var ended = Assert.IsType<CallEnded>(server.Setup.Engine.Calls.Find(id)!.Log.After(0)[^1]);
        Assert.Equal("the server is stopping", ended.Reason);
    }

    [Fact]
    public async Task A_thousand_calls_that_nobody_uses_end_by_themselves_and_the_server_goes_on()
    {
        await using var server = await TestServer.StartAsync(new ServerOptions { MaxCalls = 1_000, RtpPorts = (45_200, 49_999) }, _time);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_000), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            await server.OpenAsync($"idle-{i}"));
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / 1_000;
        Assert.InRange(each, 0, 120_000);
        using (var refused = await server.Http.PostAsJsonAsync("api/calls", TestServer.Body()))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Advance(31);
        await WaitAsync(() => Task.FromResult(server.Setup.Engine.Calls.OpenCount == 0));
        await server.OpenAsync();
    }

    private void Advance(int seconds)
    {
        for (var i = 0; i < seconds; i++) _time.Advance(TimeSpan.FromSeconds(1));
    }

    private static async Task<string?> StateAsync(TestServer server, string id) =>
        (await server.GetAsync($"api/calls/{id}")).GetProperty("call").GetProperty("state").GetString();

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        while (!await condition()) await Task.Delay(20, patience.Token);
    }
}
