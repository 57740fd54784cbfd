using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.SignalR.Client;
using SpeechQA.Host.Server;

namespace SpeechQA.Host.Tests.Api;

public sealed class AccessTests
{
    [Fact]
    public async Task With_a_token_only_its_bearers_are_answered()
    {
        await using var server = await TestServer.StartAsync(new ServerOptions { Tokens = [new AccessToken("mia", "s3cret")] });
        foreach (var path in new[] { "api/calls", "metrics", "live/negotiate", "api/calls?access_token=s3cret" })
        {
            using var refused = await server.Http.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.Single().Scheme);
        }
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("healthz")).StatusCode);
        using var wrong = new HttpRequestMessage(HttpMethod.Get,
            "api/calls")
        { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "s3cre") } };
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.Http.SendAsync(wrong)).StatusCode);
        using var right = new HttpRequestMessage(HttpMethod.Get,
            "metrics")
        { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "s3cret") } };
        Assert.Equal(HttpStatusCode.OK, (await server.Http.SendAsync(right)).StatusCode);

        await using var hub = new HubConnectionBuilder().WithUrl(new Uri(server.Address, "live"), o => o.AccessTokenProvider = () =>
            Task.FromResult<string?>("s3cret")).Build();
        await hub.StartAsync();
        await using var stranger = new HubConnectionBuilder().WithUrl(new Uri(server.Address, "live"), o => o.AccessTokenProvider = () =>
            Task.FromResult<string?>("guess")).Build();
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.StartAsync());
    }

    [Fact]
    public async Task Each_of_several_tokens_is_taken()
    {
        await using var server = await TestServer.StartAsync(new ServerOptions
        {
            Tokens =
            [new AccessToken("mia", "one"), new AccessToken("tom", "two")]
        });
        foreach (var (token, status) in new[] { ("one", HttpStatusCode.OK), ("two", HttpStatusCode.OK),
            ("three", HttpStatusCode.Unauthorized), ("mia=one", HttpStatusCode.Unauthorized) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get,
                "api/calls")
            { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
            using var answer = await server.Http.SendAsync(request);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Without_a_token_foreign_hosts_and_pages_are_refused()
    {
        await using var server = await TestServer.StartAsync();
        async Task<HttpStatusCode> Ask(string path, string? host = null, string? origin = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (host is not null) request.Headers.Host = host;
            if (origin is not null) request.Headers.Add("Origin", origin);
            using var response = await server.Http.SendAsync(request);
            return response.StatusCode;
        }
        Assert.Equal(HttpStatusCode.Forbidden, await Ask("api/calls", host: "rebound.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await Ask("healthz", host: "127.0.0.1.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await Ask("api/calls", origin: "https://elsewhere.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await Ask("api/calls", origin: "null"));
        Assert.Equal(HttpStatusCode.OK, await Ask("api/calls", host: $"localhost:{server.Address.Port}"));
        Assert.Equal(HttpStatusCode.OK, await Ask("api/calls", origin: server.Address.ToString().TrimEnd('/')));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.0.1", true)]
    [InlineData("[::1]", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("*", false)]
    [InlineData("192.168.0.4", false)]
    [InlineData("localhost.example", false)]
    [InlineData("", false)]
    public void Loopback_is_this_machine_and_nothing_else(string host, bool loopback) =>
        Assert.Equal(loopback, AccessGuard.IsLoopback(host));

    [Fact]
    public async Task Every_answer_tells_the_browser_to_stay_here()
    {
        await using var server = await TestServer.StartAsync();
        foreach (var path in new[] { "", "api/calls", "nothing" })
        {
            using var response = await server.Http.GetAsync(path);
            Assert.StartsWith("default-src 'none'; script-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        }
    }
}
