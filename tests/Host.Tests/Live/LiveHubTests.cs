using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Sending;
using SpeechQA.Host.Server;

namespace SpeechQA.Host.Tests.Live;

/// <summary>The hub over a real connection, with calls that come in as RTP.</summary>
public sealed class LiveHubTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _patience = new(TestServer.Patience);
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _patience.Dispose();
    }

    [Fact]
    public async Task Speech_sent_as_rtp_becomes_an_alert_on_the_page_which_a_second_page_acknowledges()
    {
        await using var page = await ConnectAsync();
        var messages = page.StreamAsync<JsonElement>("Follow", null, null, _patience.Token).GetAsyncEnumerator();
        Assert.True(await messages.MoveNextAsync());
        var snapshot = messages.Current;
        Assert.Equal(("snapshot", 0, false), (Kind(snapshot), snapshot.GetProperty("calls").GetArrayLength(), snapshot.GetProperty("missed")
            .GetBoolean()));
        Assert.NotEqual("", snapshot.GetProperty("server").GetProperty("version").GetString());

        using var client = new CallClient(_server.Address, null);
        var watched = new TaskCompletionSource<string>();
        var sending = new CallSender(client, TimeProvider.System, speed: 4)
            .SendAsync(await Speech.LoadAsync(16, from: 10), opened => watched.SetResult(opened.Id));
        await page.InvokeAsync("Watch", await watched.Task.WaitAsync(_patience.Token), _patience.Token);

        var raised = await UntilAsync(messages, "alert.raised");
        Assert.Equal(("cancellation", "critical", "customer"), (raised.GetProperty("alert").GetProperty("rule").GetString(),
            raised.GetProperty("alert").GetProperty("severity").GetString(), raised.GetProperty("alert").GetProperty("party").GetString()));
        Assert.Equal("cancel my contract", raised.GetProperty("alert").GetProperty("evidence")[0].GetProperty("text").GetString());
        Assert.True(raised.GetProperty("clock").GetProperty("publishedMs").GetDouble() >= raised.GetProperty("clock")
            .GetProperty("matchedMs").GetDouble());
        await UntilAsync(messages, "call.ended");
        await sending;
        Assert.Contains(_seen, e => e == "transcript.final");
        Assert.Contains(_seen, e => e == "line.quality");

        await using var other = await ConnectAsync();
        var (call, alert) = (raised.GetProperty("call").GetString()!, raised.GetProperty("alert").GetProperty("id").GetString()!);
        await other.InvokeAsync("SetAlertState", call, alert, "acknowledged", _patience.Token);
        var state = await UntilAsync(messages, "alert.state");
        Assert.Equal((call, alert, "acknowledged"), (state.GetProperty("call").GetString(), state.GetProperty("alertId").GetString(),
            state.GetProperty("state").GetString()));
        Assert.Equal("local", state.GetProperty("by").GetString());
        var log = (await _server.GetAsync($"api/calls/{call}/events")).GetProperty("events").EnumerateArray()
            .Select(e => e.GetProperty("sequence").GetInt64()).ToList();
        // Partials that were replaced are not kept.
        Assert.Equal(log.Distinct().Order(), log);
        Assert.Equal(1, log[0]);
    }

    [Fact]
    public async Task A_page_that_lost_its_connection_misses_nothing()
    {
        string started;
        long last;
        await using (var before = await ConnectAsync())
        {
            await using var messages = before.StreamAsync<JsonElement>("Follow", null, null, _patience.Token).GetAsyncEnumerator();
            await messages.MoveNextAsync();
            started = messages.Current.GetProperty("server").GetProperty("started").GetString()!;
            last = messages.Current.GetProperty("sequence").GetInt64();
        }
        var call = await _server.OpenAsync();
        await _server.Http.DeleteAsync($"api/calls/{call.GetProperty("id").GetString()}");
        await using var after = await ConnectAsync();
        await using var again = after.StreamAsync<JsonElement>("Follow", last, started, _patience.Token).GetAsyncEnumerator();
        Assert.True(await again.MoveNextAsync());
        Assert.Equal(("resumed", 5), (Kind(again.Current), again.Current.GetProperty("caughtUp").GetInt32()));
        Assert.True(await again.MoveNextAsync());
        Assert.Equal(["call.started", "line.warning", "line.warning", "call.scored", "call.ended"], again.Current.GetProperty("items")
            .EnumerateArray().Select(i => i.GetProperty("event").GetProperty("type").GetString()));
    }

    [Fact]
    public async Task An_alert_of_a_long_call_is_acknowledged_by_the_name_of_the_token()
    {
        await using var server = await TestServer.StartAsync(new ServerOptions
        {
            Tokens =
            [new AccessToken("tom", "other"), new AccessToken("mia", "s3cret")]
        });
        var (call, _) = server.Setup.Engine.Open(new CallOptions { Legs = [new LegOptions(Party.Customer)] });
        call.Log.Add(new AlertRaised(call.Id, 2, 0, new AlertInfo("r-1", "r", "0", "R", Severity.Critical, Party.Customer, 0, 1, "words",
            []), null));
        for (var n = 3; n < CallLog.Limit + 5_000; n++)
            call.Log.Add(new TranscriptFinal(call.Id, n, n, Party.Customer, n, n, n + 1, "words", "en", 1, []) { Leg = 0 });

        await using var page = new HubConnectionBuilder().WithUrl(new Uri(server.Address, "live"), o => o.AccessTokenProvider = () =>
            Task.FromResult<string?>("s3cret")).Build();
        await page.StartAsync(_patience.Token);
        var messages = page.StreamAsync<JsonElement>("Follow", null, null, _patience.Token).GetAsyncEnumerator();
        await messages.MoveNextAsync();
        await page.InvokeAsync("SetAlertState", call.Id, "r-1", "acknowledged", _patience.Token);
        Assert.Equal("mia", (await UntilAsync(messages, "alert.state")).GetProperty("by").GetString());
    }

    [Fact]
    public async Task An_alert_that_does_not_exist_and_a_state_that_does_not_exist_are_refused()
    {
        await using var page = await ConnectAsync();
        var id = (await _server.OpenAsync()).GetProperty("id").GetString();
        Assert.Contains("has no alert", (await Assert.ThrowsAsync<HubException>(() =>
            page.InvokeAsync("SetAlertState", id, "x-1", "wrong"))).Message);
        Assert.Contains("has no alert", (await Assert.ThrowsAsync<HubException>(() =>
            page.InvokeAsync("SetAlertState", "nope", "x-1", "open"))).Message);
        Assert.Contains("use open, acknowledged or wrong", (await Assert.ThrowsAsync<HubException>(() =>
            page.InvokeAsync("SetAlertState", id, "x-1", "maybe"))).Message);
    }

    private readonly List<string> _seen = [];

    private async Task<JsonElement> UntilAsync(IAsyncEnumerator<JsonElement> messages, string type)
    {
        while (await messages.MoveNextAsync())
        {
            if (Kind(messages.Current) != "events") continue;
            var events = messages.Current.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("event")).ToList();
            _seen.AddRange(events.Select(e => e.GetProperty("type").GetString()!));
            if (events.FindIndex(e => e.GetProperty("type").GetString() == type) is >= 0 and var at) return events[at];
        }
        throw new InvalidOperationException($"the stream ended without {type}");
    }

    private static string? Kind(JsonElement message) => message.GetProperty("kind").GetString();

    private async Task<HubConnection> ConnectAsync()
    {
        var hub = new HubConnectionBuilder().WithUrl(new Uri(_server.Address, "live")).Build();
        await hub.StartAsync(_patience.Token);
        return hub;
    }
}
