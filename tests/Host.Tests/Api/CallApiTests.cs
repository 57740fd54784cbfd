using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Server;

namespace SpeechQA.Host.Tests.Api;

public sealed class CallApiTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(new ServerOptions { MaxCalls = 2 });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_call_is_opened_with_its_ports_shown_and_ended()
    {
        using var response = await _server.Http.PostAsJsonAsync("api/calls", TestServer.Body("pbx-7"));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var call = await response.Content.ReadFromJsonAsync<JsonElement>();
        var id = call.GetProperty("id").GetString();
        Assert.Equal($"/api/calls/{id}", response.Headers.Location!.ToString());
        Assert.Equal("pbx-7", call.GetProperty("callId").GetString());
        var legs = call.GetProperty("legs").EnumerateArray().ToList();
        Assert.Equal(["agent", "customer"], legs.Select(l => l.GetProperty("party").GetString()));
        Assert.All(legs, l => Assert.Equal((0, "PCMU", 8_000, "127.0.0.1"),
            (l.GetProperty("payloadType").GetInt32(), l.GetProperty("codec").GetString(),
            l.GetProperty("clockRate").GetInt32(), l.GetProperty("address").GetString())));
        Assert.All(legs, l => Assert.Equal(l.GetProperty("rtpPort").GetInt32() + 1, l.GetProperty("rtcpPort").GetInt32()));

        var shown = await _server.GetAsync($"api/calls/{id}");
        Assert.Equal(legs.Select(l => l.GetProperty("rtpPort").GetInt32()), shown.GetProperty("legs").EnumerateArray()
            .Select(l => l.GetProperty("rtpPort").GetInt32()));
        Assert.Equal(("live", "Mia"), (shown.GetProperty("call").GetProperty("state").GetString(), shown.GetProperty("call")
            .GetProperty("agent").GetString()));
        Assert.Equal(id, Assert.Single((await _server.GetAsync("api/calls")).GetProperty("calls").EnumerateArray()).GetProperty("id")
            .GetString());

        Assert.Equal(HttpStatusCode.NoContent, (await _server.Http.DeleteAsync($"api/calls/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _server.Http.DeleteAsync($"api/calls/{id}")).StatusCode);
        Assert.Equal("ended", (await _server.GetAsync($"api/calls/{id}")).GetProperty("call").GetProperty("state").GetString());
        var events = await _server.GetAsync($"api/calls/{id}/events");
        Assert.Equal(["call.started", "line.warning", "line.warning", "call.scored", "call.ended"], events.GetProperty("events")
            .EnumerateArray().Select(e => e.GetProperty("type").GetString()));
        Assert.Equal(5, events.GetProperty("last").GetInt64());
        Assert.Equal("call.ended", Assert.Single((await _server.GetAsync($"api/calls/{id}/events?after=4")).GetProperty("events")
            .EnumerateArray()).GetProperty("type").GetString());
    }

    [Fact]
    public async Task Events_come_a_page_at_a_time_and_say_where_the_log_begins()
    {
        var id = (await _server.OpenAsync()).GetProperty("id").GetString()!;
        var log = _server.Setup.Engine.Calls.Find(id)!.Log;
        for (var n = 2; n <= 2_500; n++) log.Add(Final(id, n));
        var page = await _server.GetAsync($"api/calls/{id}/events");
        Assert.Equal((1_000, 1_000L, true, false), Facts(page));
        page = await _server.GetAsync($"api/calls/{id}/events?after=1000&limit=10000");
        Assert.Equal((1_500, 2_500L, false, false), Facts(page));
        page = await _server.GetAsync($"api/calls/{id}/events?after=2500");
        Assert.Equal((0, 2_500L, false, false), Facts(page));

        for (var n = 2_501; n <= CallLog.Limit + 2; n++) log.Add(Final(id, n));
        page = await _server.GetAsync($"api/calls/{id}/events?limit=2");
        Assert.Equal(log.First, page.GetProperty("first").GetInt64());
        Assert.Equal([1, log.First], page.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("sequence").GetInt64()));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=10001")]
    public async Task A_page_of_another_size_is_refused(string query)
    {
        var id = (await _server.OpenAsync()).GetProperty("id").GetString()!;
        using var refused = await _server.Http.GetAsync($"api/calls/{id}/events?{query}");
        await ExpectAsync(refused, HttpStatusCode.BadRequest, "bad-request");
    }

    private static TranscriptFinal Final(string call, long n) =>
        new(call, n, n, Party.Agent, (int)n, n, n + 1, "words", "en", 1, []) { Leg = 0 };

    private static (int Events, long Last, bool More, bool HasFirst) Facts(JsonElement page) =>
        (page.GetProperty("events").GetArrayLength(),
        page.GetProperty("last").GetInt64(), page.GetProperty("more").GetBoolean(), page.TryGetProperty("first", out _));

    [Fact]
    public async Task The_caller_is_not_shown()
    {
        var body = new { caller = "+33 6 12 34 56 78", legs = new[] { new { party = "customer", codec = "PCMA" } } };
        using var response = await _server.Http.PostAsJsonAsync("api/calls", body);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var opened = await response.Content.ReadAsStringAsync();
        var id = JsonDocument.Parse(opened).RootElement.GetProperty("id").GetString();
        var shown = await _server.Http.GetStringAsync($"api/calls/{id}") + await _server.Http.GetStringAsync($"api/calls/{id}/events");
        Assert.DoesNotContain("34 56", opened + shown);
        using var empty = await _server.Http.PostAsJsonAsync("api/calls", new { caller = "", body.legs });
        await ExpectAsync(empty, HttpStatusCode.BadRequest, "invalid-call");
    }

    [Fact]
    public async Task The_same_call_id_answers_the_open_call_and_a_new_one_after_its_end()
    {
        var first = await _server.OpenAsync("pbx-8");
        using (var again = await _server.Http.PostAsJsonAsync("api/calls", TestServer.Body("pbx-8")))
        {
            Assert.Equal(HttpStatusCode.OK, again.StatusCode);
            Assert.Equal(first.GetRawText(), await again.Content.ReadAsStringAsync());
        }
        var other = new { callId = "pbx-8", legs = new[] { new { party = "unknown", codec = "PCMA" } } };
        using (var conflict = await _server.Http.PostAsJsonAsync("api/calls", other))
            await ExpectAsync(conflict, HttpStatusCode.Conflict, "other-legs");
        await _server.Http.DeleteAsync($"api/calls/{first.GetProperty("id").GetString()}");
        var second = await _server.OpenAsync("pbx-8");
        Assert.NotEqual(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
    }

    [Fact]
    public async Task One_call_too_many_is_told_to_come_back()
    {
        await _server.OpenAsync();
        var second = await _server.OpenAsync();
        using var refused = await _server.Http.PostAsJsonAsync("api/calls", TestServer.Body());
        await ExpectAsync(refused, HttpStatusCode.ServiceUnavailable, "too-many-calls");
        Assert.NotNull(refused.Headers.RetryAfter);
        await _server.Http.DeleteAsync($"api/calls/{second.GetProperty("id").GetString()}");
        await _server.OpenAsync();
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        using var refused = await SendAsync("""
            {"callId":"","agent":"a\u0007","language":"xx","legs":[
              {"party":"boss","codec":"G729","payloadType":128},
              {"party":"customer","codec":"PCMA","clockRate":16000,"telephoneEvent":13,"source":"here"}]}
            """);
        var problem = await ExpectAsync(refused, HttpStatusCode.BadRequest, "invalid-call");
        var fields = problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("field").GetString());
        Assert.Equal(["callId", "agent", "language", "legs[0].party", "legs[0].codec", "legs[0].payloadType", "legs[1].clockRate",
            "legs[1].payloadType", "legs[1].source"], fields);
    }

    [Theory]
    [InlineData("""{"legs":[{"party":"agent","codec":"PCMU"}],"colour":"red"}""", "$.colour is not a member of a call")]
    [InlineData("""{"legs":7}""", "$.legs is of the wrong type")]
    [InlineData("""{"legs":[{"party":"agent","party":"customer"}]}""", "$.legs[0].party occurs twice")]
    [InlineData("""{"legs":[""", "the body is not JSON (line 1, byte 10)")]
    [InlineData("null", "the body is not JSON (line 1, byte 1)")]
    [InlineData("", "the body is not JSON (line 1, byte 1)")]
    public async Task A_body_that_cannot_be_read_is_refused_with_its_place(string body, string cause)
    {
        using var refused = await SendAsync(body);
        var problem = await ExpectAsync(refused, HttpStatusCode.BadRequest, "invalid-json");
        Assert.Equal(cause, problem.GetProperty("cause").GetString());
    }

    [Fact]
    public async Task A_large_body_and_another_type_are_refused()
    {
        using var large = await SendAsync("{\"agent\":\"" + new string('x', 70_000) + "\"}");
        await ExpectAsync(large, HttpStatusCode.RequestEntityTooLarge, "too-large");
        using var text = await _server.Http.PostAsync("api/calls", new StringContent("{}", Encoding.UTF8, "text/plain"));
        await ExpectAsync(text, HttpStatusCode.UnsupportedMediaType, "not-json");
    }

    [Theory]
    [InlineData("GET", "api/calls/nope", 404)]
    [InlineData("DELETE", "api/calls/nope", 404)]
    [InlineData("GET", "api/calls/nope/events", 404)]
    [InlineData("GET", "api/calls/nope/events?after=x", 400)]
    [InlineData("GET", "api/other", 404)]
    [InlineData("PUT", "api/calls", 405)]
    public async Task What_is_not_there_is_a_problem_with_a_remedy(string method, string path, int status)
    {
        using var response = await _server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.NotEqual("", problem.GetProperty("cause").GetString());
        Assert.NotEqual("", problem.GetProperty("remedy").GetString());
    }

    private Task<HttpResponseMessage> SendAsync(string json) =>
        _server.Http.PostAsync("api/calls", new StringContent(json, Encoding.UTF8, "application/json"));

    private static async Task<JsonElement> ExpectAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal($"urn:speechqa:problem:{code}", problem.GetProperty("type").GetString());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEqual("", problem.GetProperty("remedy").GetString());
        return problem;
    }
}
