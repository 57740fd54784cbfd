using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Reading;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Host.Server;
using SpeechQA.Host.Tests.Fakes;

namespace SpeechQA.Host.Tests;

/// <summary>
/// A real server on a free port of this machine with real voice activity; by default it hears the same words in everything.
/// </summary>
internal sealed class TestServer : IAsyncDisposable
{
    /// <summary>Longest wait for what must happen: generous, because it only ends a test that has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>One rule that the words of <see cref="FixedRecognizer"/> fire, as often as they are heard.</summary>
    public const string Rule = """
        rules:
          - id: cancellation
            name: Wants to cancel
            severity: critical
            party: customer
            coolDown: 1s
            when:
              phrase:
                en: [cancel my contract]
                fr: [cancel my contract]
        """;

    private readonly SpeechServer _server;

    private TestServer(EngineSetup setup, SpeechServer server)
    {
        (Setup, _server) = (setup, server);
        Http = new HttpClient { BaseAddress = server.Address };
    }

    public EngineSetup Setup { get; }
    public HttpClient Http { get; }
    public Uri Address => _server.Address;

    public static async Task<TestServer> StartAsync(ServerOptions? options = null, TimeProvider? time = null,
        ISpeechRecognizer? recognizer = null, string rules = Rule,
        ILoggerProvider? log = null)
    {
        time ??= TimeProvider.System;
        var sessions = new ModelSessions(ModelFolder.Find());
        var setup = new EngineSetup(SileroModel.Open(sessions.Folder), recognizer ?? new FixedRecognizer(),
            RulesOf(rules), ["en", "fr"], time, owned: sessions);
        return await StartAsync(setup, options, time, log);
    }

    public static async Task<TestServer> StartAsync(EngineSetup setup, ServerOptions? options = null, TimeProvider? time = null,
        ILoggerProvider? log = null)
    {
        options = (options ?? new ServerOptions()) with { Urls = "http://127.0.0.1:0" };
        return new TestServer(setup, await SpeechServer.StartAsync(options, setup, time ?? TimeProvider.System, logging =>
        {
            logging.ClearProviders();
            if (log is not null) logging.AddProvider(log);
        }));
    }

    public static RuleSet RulesOf(string yaml) =>
        RuleReader.ReadTexts(("test.yaml", yaml)).Set ?? throw new InvalidOperationException("bad test rules");

    /// <summary>Opens a call of two PCMU legs, agent and customer.</summary>
    public async Task<JsonElement> OpenAsync(string? callId = null)
    {
        using var response = await Http.PostAsJsonAsync("api/calls", Body(callId));
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public static object Body(string? callId = null) => new
    {
        callId,
        agent = "Mia",
        queue = "Support",
        language = "en",
        legs = new[] { new { party = "agent", codec = "PCMU" }, new { party = "customer", codec = "PCMU" } },
    };

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Polls until the call's list of events holds one of a type.</summary>
    public async Task<JsonElement> EventAsync(string call, string type)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var events = (await GetAsync($"api/calls/{call}/events")).GetProperty("events");
            foreach (var e in events.EnumerateArray())
                if (e.GetProperty("type").GetString() == type) return e;
            await Task.Delay(20, patience.Token);
        }
    }

    public Task StopAsync() => _server.DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        await Setup.DisposeAsync();
    }
}
