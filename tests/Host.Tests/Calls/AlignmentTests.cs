using System.Net;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Ingest.Rtp.Send;
using SpeechQA.Host.Sending;

namespace SpeechQA.Host.Tests.Calls;

/// <summary>Two legs that do not begin together.</summary>
public sealed class AlignmentTests
{
    [Fact]
    public async Task The_leg_that_comes_later_begins_as_far_behind_as_it_came()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new CallClient(server.Address, null);
        var call = await Speech.LoadAsync(4, from: 10);
        var opened = await client.OpenAsync(call.Request, default);
        using var sender = new PacedRtpSender(TimeProvider.System);
        sender.Add(call.Legs[0], new IPEndPoint(IPAddress.Loopback, opened.Legs[0].RtpPort), after: TimeSpan.FromSeconds(2));
        sender.Add(call.Legs[1], new IPEndPoint(IPAddress.Loopback, opened.Legs[1].RtpPort));
        await sender.RunAsync();
        await server.EventAsync(opened.Id, "call.ended");
        var legs = server.Setup.Engine.Calls.Find(opened.Id)!.Legs;
        // 2 s of silence and its own 4 s; on a busy machine either stream may start late or falter.
        Assert.InRange(legs[0].Position / 16_000.0, 5, 12);
    }

    [Fact]
    public async Task A_leg_that_never_comes_does_not_stop_the_rules_across_legs()
    {
        const string silence = """
            rules:
              - id: hold-silence
                name: Nobody speaks
                severity: warning
                when:
                  silence: 1s
            """;
        await using var server = await TestServer.StartAsync(rules: silence);
        using var client = new CallClient(server.Address, null);
        var call = await Speech.LoadAsync(10, from: 9.5);
        var opened = await client.OpenAsync(call.Request, default);
        using var sender = new PacedRtpSender(TimeProvider.System);
        // The customer speaks for 6 s and then listens to the agent, whom nobody hears here.
        sender.Add(call.Legs[1], new IPEndPoint(IPAddress.Loopback, opened.Legs[1].RtpPort));
        var running = sender.RunAsync();
        var raised = await server.EventAsync(opened.Id, "alert.raised");
        Assert.Equal("hold-silence", raised.GetProperty("alert").GetProperty("rule").GetString());
        Assert.DoesNotContain(server.Setup.Engine.Calls.Find(opened.Id)!.Log.After(0), e => e is CallEnded);
        await running;
    }
}
