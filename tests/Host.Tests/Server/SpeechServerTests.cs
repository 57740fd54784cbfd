using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Host.Server;
using SpeechQA.Host.Tests.Fakes;

namespace SpeechQA.Host.Tests.Server;

/// <summary>Starts that fail, and ends that are not quiet.</summary>
public sealed class SpeechServerTests : IAsyncLifetime
{
    private EngineSetup _setup = null!;

    public Task InitializeAsync()
    {
        var sessions = new ModelSessions(ModelFolder.Find());
        _setup = new EngineSetup(SileroModel.Open(sessions.Folder), new FixedRecognizer(), TestServer.RulesOf(TestServer.Rule), ["en"],
            TimeProvider.System, owned: sessions);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _setup.DisposeAsync();

    [Fact]
    public async Task A_port_in_use_is_bad_input_and_another_start_works()
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var urls = $"http://127.0.0.1:{((IPEndPoint)busy.LocalEndpoint).Port}";
        var refused = await Assert.ThrowsAsync<BadInputException>(() => StartAsync(new ServerOptions { Urls = urls }));
        Assert.Equal(($"{urls}: the port is in use", true), (refused.Cause, refused.Remedy.Contains("--urls", StringComparison.Ordinal)));
        await using var server = await StartAsync(new ServerOptions { Urls = "http://127.0.0.1:0" });
        using var http = new HttpClient { BaseAddress = server.Address };
        Assert.Equal("ok\n", await http.GetStringAsync("healthz"));
    }

    [Theory]
    [InlineData("http://192.0.2.1:5080", "127.0.0.1", "http://192.0.2.1:5080: cannot listen there", "--urls")] // RFC 5737: nobody has it
    [InlineData("http://127.0.0.1:0", "192.0.2.1", "RTP address 192.0.2.1", "--rtp-address")]
    public async Task An_address_of_somebody_else_is_bad_input(string urls, string rtp, string cause, string remedy)
    {
        var refused = await Assert.ThrowsAsync<BadInputException>(() => StartAsync(new ServerOptions { Urls = urls, RtpAddress = rtp }));
        Assert.StartsWith(cause, refused.Cause);
        Assert.Contains(remedy, refused.Remedy);
    }

    [Fact]
    public async Task A_recogniser_that_does_not_heed_the_end_of_its_warm_up_does_not_hold_the_server_up()
    {
        await using var server = await TestServer.StartAsync(recognizer: new DeafRecognizer());
        await server.StopAsync().WaitAsync(TestServer.Patience);
    }

    [Fact]
    public async Task It_may_be_stopped_more_than_once_with_calls_open_and_takes_no_more()
    {
        await using var server = await TestServer.StartAsync();
        var id = (await server.OpenAsync()).GetProperty("id").GetString()!;
        await Task.WhenAll(server.StopAsync(), server.StopAsync());
        await server.StopAsync();
        Assert.True(server.Setup.Engine.Calls.Find(id)!.Completion.IsCompleted);
        await Assert.ThrowsAsync<HttpRequestException>(() => server.OpenAsync());
    }

    private Task<SpeechServer> StartAsync(ServerOptions options) =>
        SpeechServer.StartAsync(options, _setup, TimeProvider.System, logging => logging.ClearProviders());
}
