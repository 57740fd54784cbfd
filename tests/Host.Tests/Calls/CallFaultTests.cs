using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Host.Tests.Fakes;

namespace SpeechQA.Host.Tests.Calls;

/// <summary>A call whose rules fault, on a server whose timer never comes: what happens, happens at once.</summary>
public sealed class CallFaultTests
{
    [Fact]
    public async Task A_call_that_a_fault_has_ended_gives_its_ports_back_and_is_shown_as_ended()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var sessions = new ModelSessions(ModelFolder.Find());
        var rules = new FaultyRules();
        var setup = new EngineSetup(SileroModel.Open(sessions.Folder), new FixedRecognizer(), rules, ["en"], time, owned: sessions);
        await using var server = await TestServer.StartAsync(setup, time: time);
        var faulty = await server.OpenAsync("faulty");
        var other = (await server.OpenAsync("other")).GetProperty("id").GetString()!;
        var (id, port) = (faulty.GetProperty("id").GetString()!, faulty.GetProperty("legs")[1].GetProperty("rtpPort").GetInt32());

        rules.IsFaulty = true;
        await RtpPackets.SendAsync(port, packets: 25);
        Assert.Equal("internal-error", (await server.EventAsync(id, "call.ended")).GetProperty("reason").GetString());
        rules.IsFaulty = false;
        await PortsGivenBackAsync(server, id);
        var shown = await server.GetAsync($"api/calls/{id}");
        Assert.Equal("ended", shown.GetProperty("call").GetProperty("state").GetString());
        using (var free = new UdpClient(new IPEndPoint(IPAddress.Loopback, port))) Assert.True(free.Client.IsBound);
        Assert.Equal("live", (await server.GetAsync($"api/calls/{other}")).GetProperty("call").GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await server.Http.DeleteAsync($"api/calls/{other}")).StatusCode);
        Assert.Equal("ended by the caller", (await server.EventAsync(other, "call.ended")).GetProperty("reason").GetString());
        Assert.Single(server.Setup.Engine.Calls.Find(id)!.Log.After(0).OfType<CallEnded>());
    }

    private static async Task PortsGivenBackAsync(TestServer server, string id)
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        while ((await server.GetAsync($"api/calls/{id}")).GetProperty("legs").GetArrayLength() > 0) await Task.Delay(10, patience.Token);
    }

    /// <summary>Rules that cannot be asked while they are faulty.</summary>
    private sealed class FaultyRules : IRuleSource
    {
        public bool IsFaulty { get; set; }

        public RuleSet Current => IsFaulty ? throw new InvalidOperationException("a fault of the rules") : RuleSet.Empty;
    }
}
