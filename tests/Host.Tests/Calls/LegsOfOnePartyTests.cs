using System.Text.Json;
using SpeechQA.Host.Sending;

namespace SpeechQA.Host.Tests.Calls;

/// <summary>Two legs of the same party, over the API and RTP: everything that concerns a leg says which.</summary>
public sealed class LegsOfOnePartyTests
{
    private const string Rules = """
        rules:
          - id: cancellation
            severity: critical
            coolDown: 1s
            when: { phrase: { en: [cancel my contract] } }
          - id: nobody
            severity: info
            when: { silence: 0.5s }
        """;

    [Theory]
    [InlineData("unknown")]
    [InlineData("customer")]
    public async Task Both_legs_are_heard_rated_and_scored(string party)
    {
        await using var server = await TestServer.StartAsync(rules: Rules);
        var events = await SendAsync(server, party);

        Assert.Equal([0, 1], LegsOf(events, "transcript.final"));
        Assert.Equal([0, 1], LegsOf(events, "line.quality"));
        Assert.All(Of(events, "line.quality"), e => Assert.Equal(party, e.GetProperty("party").GetString()));

        var words = Of(events, "alert.raised").Select(e => e.GetProperty("alert"))
            .Where(a => a.GetProperty("rule").GetString() == "cancellation").ToList();
        Assert.Equal([0, 1], words.Select(LegOf).Distinct().Order());
        Assert.All(words, alert => Assert.Equal(LegOf(alert), LegOf(alert.GetProperty("evidence")[0])));

        var facts = Assert.Single(Of(events, "call.scored")).GetProperty("facts");
        Assert.Equal([(0, party), (1, party)], facts.GetProperty("parties").EnumerateArray()
            .Select(p => (LegOf(p), p.GetProperty("party").GetString()!)));
    }

    [Fact]
    public async Task An_alert_about_the_call_is_about_no_leg()
    {
        await using var server = await TestServer.StartAsync(rules: Rules);
        var events = await SendAsync(server, "unknown");
        var silence = Of(events, "alert.raised").Select(e => e.GetProperty("alert"))
            .First(a => a.GetProperty("rule").GetString() == "nobody");
        Assert.Equal(JsonValueKind.Null, silence.GetProperty("leg").ValueKind);
        Assert.Equal(JsonValueKind.Null, silence.GetProperty("evidence")[0].GetProperty("leg").ValueKind);
    }

    private static async Task<List<JsonElement>> SendAsync(TestServer server, string party)
    {
        using var client = new CallClient(server.Address, null);
        var call = await Speech.LoadAsync(24, from: 4);
        call = call with { Request = call.Request with { Legs = [.. call.Request.Legs!.Select(leg => leg! with { Party = party })] } };
        var id = "";
        await new CallSender(client, TimeProvider.System, speed: 4).SendAsync(call, opened =>
        {
            id = opened.Id;
            Assert.Equal([0, 1], opened.Legs.Select(l => l.Leg));
        });
        await server.EventAsync(id, "call.ended");
        return [.. (await server.GetAsync($"api/calls/{id}/events")).GetProperty("events").EnumerateArray()];
    }

    private static List<JsonElement> Of(List<JsonElement> events, string type) =>
        events.FindAll(e => e.GetProperty("type").GetString() == type);

    private static IEnumerable<int> LegsOf(List<JsonElement> events, string type) => Of(events, type).Select(LegOf).Distinct().Order();

    private static int LegOf(JsonElement e) => e.GetProperty("leg").GetInt32();
}
