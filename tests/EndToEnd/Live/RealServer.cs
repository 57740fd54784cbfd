using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Core;
using SpeechQA.Host;
using SpeechQA.Host.Analysis;
using SpeechQA.Host.Api;
using SpeechQA.Host.Sending;
using SpeechQA.Host.Server;

namespace SpeechQA.EndToEnd.Live;

/// <summary>The program's own server with the real models and the default rules, loaded once for the tests of a class.</summary>
public sealed class RealServer : IAsyncLifetime
{
    private EngineSetup _setup = null!;
    private SpeechServer _server = null!;

    public Uri Address => _server.Address;

    public async Task InitializeAsync()
    {
        _setup = EngineSetup.Load(new EngineOptions());
        _server = await SpeechServer.StartAsync(new ServerOptions { Urls = "http://127.0.0.1:0" }, _setup, TimeProvider.System, logging =>
            logging.ClearProviders());
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _setup.DisposeAsync();
    }

    /// <summary>Streams a recording as RTP in real time and answers the finished call.</summary>
    internal async Task<Call> SendAsync(string path, OutgoingOptions options)
    {
        using var client = new CallClient(Address, null);
        var call = await OutgoingRecording.LoadAsync(path, options, TimeProvider.System, CancellationToken.None);
        CallOpened? opened = null;
        await new CallSender(client, TimeProvider.System).SendAsync(call, o => opened = o);
        var live = _setup.Engine.Calls.Find(opened!.Id)!;
        await live.Completion.WaitAsync(TimeSpan.FromSeconds(60));
        return live;
    }

    /// <summary>The alerts of the recording, analysed as a file.</summary>
    internal async Task<IReadOnlyList<(string Rule, Party Party, double Start)>> AnalyzeAsync(string path, string language)
    {
        var outcome = await new CallAnalyzer(_setup.Engine).AnalyzeAsync(new AnalysisInput(path, Path.GetFileName(path)),
            new AnalysisSettings(language));
        Assert.Null(outcome.Fault);
        return [.. outcome.Calls.Single().Alerts.Select(a => (a.Rule, a.Party, AudioTime.Seconds(a.Start)))];
    }
}
