using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.SignalR.Client;
using SpeechQA.Host.Output;
using SpeechQA.Host.Sending;

namespace SpeechQA.Host.Tests.Output;

/// <summary>What is really written is what the committed JSON Schema says.</summary>
public sealed class ContractTests
{
    [Fact]
    public async Task Events_and_lists_of_a_live_call_are_as_the_schema_says()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new CallClient(server.Address, null);
        var id = "";
        var call = await Speech.LoadAsync(16, from: 10);
        await new CallSender(client, TimeProvider.System, speed: 4).SendAsync(call, opened => id = opened.Id);
        await server.EventAsync(id, "call.ended");

        var events = (await server.GetAsync($"api/calls/{id}/events")).GetProperty("events").EnumerateArray().ToList();
        Assert.Superset(new HashSet<string?> { "call.started", "transcript.final", "line.quality", "alert.raised", "call.scored",
            "call.ended" }, events.Select(e => e.GetProperty("type").GetString()).ToHashSet());
        Assert.All(events, e => ContractFile.Holds("CallEvent", e));
        ContractFile.Holds("CallSummary", (await server.GetAsync($"api/calls/{id}")).GetProperty("call"));

        var snapshot = await SnapshotAsync(server.Address);
        Assert.All(snapshot.GetProperty("calls").EnumerateArray(), call => ContractFile.Holds("CallSummary", call));
        Assert.NotEmpty(snapshot.GetProperty("alerts").EnumerateArray());
        Assert.All(snapshot.GetProperty("alerts").EnumerateArray(), alert => ContractFile.Holds("AlertSummary", alert));
    }

    [Fact]
    public void A_document_is_as_the_schema_says()
    {
        ContractFile.Holds("CallDocument", Document(facts: true));
        ContractFile.Holds("CallDocument", Document(facts: false));
    }

    /// <summary>What would be wrong is found, so that the other tests say something.</summary>
    [Theory]
    [InlineData("call", "duration", "1")]
    [InlineData("call", "durationSeconds", "\"long\"")]
    [InlineData("call", "parties", "[\"boss\"]")]
    [InlineData("call", "language", null)]
    public void A_document_with_other_members_is_not(string of, string member, string? value)
    {
        var wrong = JsonNode.Parse(Document(facts: true).GetRawText())!;
        if (value is null) wrong[of]!.AsObject().Remove(member);
        else wrong[of]![member] = JsonNode.Parse(value);
        Assert.NotEmpty(ContractFile.Faults("CallDocument", JsonSerializer.SerializeToElement(wrong)));
    }

    private static JsonElement Document(bool facts)
    {
        using var output = new MemoryStream();
        CallJson.WriteLine(output, SampleAnalysis.Create() with { Facts = facts ? SampleAnalysis.Facts() : null });
        return JsonDocument.Parse(output.ToArray()).RootElement;
    }

    private static async Task<JsonElement> SnapshotAsync(Uri server)
    {
        using var patience = new CancellationTokenSource(TestServer.Patience);
        await using var hub = new HubConnectionBuilder().WithUrl(new Uri(server, "live")).Build();
        await hub.StartAsync(patience.Token);
        await foreach (var message in hub.StreamAsync<JsonElement>("Follow", null, null, patience.Token)) return message;
        throw new InvalidOperationException("no message");
    }
}
