using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.FileProviders;
using Prometheus;
using SpeechQA.Engine;
using SpeechQA.Engine.Conversation.Contract;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Host.Api;
using SpeechQA.Host.Calls;
using SpeechQA.Host.Live;
using SpeechQA.Host.Metrics;

namespace SpeechQA.Host.Server;

/// <summary>
/// The server: HTTP API, hub, page and metrics on Kestrel, and RTP. Starting it returns when calls are taken; disposing it
/// ends the open calls properly, tells the pages, and then closes.
/// </summary>
internal sealed class SpeechServer : IAsyncDisposable
{
    /// <summary>How long pages and requests get to finish.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;
    private readonly CallSessions _sessions;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _background = [];
    private Task? _stopped;

    private SpeechServer(WebApplication app) => (_app, _sessions) = (app, app.Services.GetRequiredService<CallSessions>());

    /// <summary>Where the page is.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
        .First().Replace("0.0.0.0", "127.0.0.1").Replace("[::]", "[::1]").TrimEnd('/') + '/');

    /// <summary>Calls opened since the start.</summary>
    public int Opened => _sessions.Opened;

    /// <param name="setup">Stays the caller's.</param>
    /// <exception cref="BadInputException">An address that cannot be used, or a port that is in use.</exception>
    public static async Task<SpeechServer> StartAsync(ServerOptions options, EngineSetup setup, TimeProvider time,
        Action<ILoggingBuilder> logging, CancellationToken cancellation = default)
    {
        var server = new SpeechServer(Build(options, setup, time, logging));
        try
        {
            await server.StartAsync(options, cancellation).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>May be called more than once.</summary>
    public ValueTask DisposeAsync() => new(_stopped ??= StopAsync());

    private async Task StopAsync()
    {
        await _sessions.DisposeAsync().ConfigureAwait(false);
        await _app.Services.GetRequiredService<FollowStream>().EndAsync(ShutdownTimeout).ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        // What does not heed the end must not hold it up.
        await Task.WhenAll(_background).WaitAsync(ShutdownTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task StartAsync(ServerOptions options, CancellationToken cancellation)
    {
        try
        {
            await _app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new BadInputException($"{options.Urls}: the port is in use",
                "stop the other program, or name another address with --urls", e);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            throw new BadInputException($"{options.Urls}: cannot listen there ({e.Message})", "name another address with --urls", e);
        }
        SpeechEngine.AnnounceMetrics();
        HostMetrics.Announce();
        Watch("board", _app.Services.GetRequiredService<LiveBoard>().RunAsync);
        Watch("warm-up", _app.Services.GetRequiredService<Readiness>().RunAsync);
    }

    /// <summary>Runs work until the server stops; its fault is told, and its end waited for.</summary>
    private void Watch(string place, Func<CancellationToken, Task> work) =>
        _background.Add(UnattendedWork.RunAsync(place, _app.Logger, () => work(_stopping.Token)));

    private static WebApplication Build(ServerOptions options, EngineSetup setup, TimeProvider time, Action<ILoggingBuilder> logging)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        // Only the command line says how the server is reached: a stray setting must not open it to others.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.WebHost.UseUrls(options.Urls).UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = CallEndpoints.LargestBody;
        });
        builder.Logging.ClearProviders();
        logging(builder.Logging);
        AddServices(builder.Services, options, setup, time);
        var app = builder.Build();
        Configure(app, options);
        return app;
    }

    private static void AddServices(IServiceCollection services, ServerOptions options, EngineSetup setup, TimeProvider time)
    {
        services.AddSingleton(time).AddSingleton(options).AddSingleton<IHostLifetime, CommandLifetime>();
        // Given as instances, so that the container does not dispose what the caller owns.
        services.AddSingleton(setup.Engine).AddSingleton(setup.Lag).AddSingleton(setup.Engine.Feed);
        services.AddSingleton(new PortPool(RtpAddress(options), options.RtpPorts.First, options.RtpPorts.Last, time, options.PortCoolDown));
        services.AddSingleton<CallSessions>().AddSingleton<LiveBoard>().AddSingleton<ServerStatus>().AddSingleton<FollowStream>()
            .AddSingleton<Readiness>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context => ApiProblem.Complete(context.ProblemDetails));
        services.ConfigureHttpJsonOptions(json => ContractJson.Configure(json.SerializerOptions));
        services.AddSignalR(hub =>
        {
            hub.MaximumReceiveMessageSize = 8 * 1024;
            hub.KeepAliveInterval = FollowStream.PulseEvery;
            hub.MaximumParallelInvocationsPerClient = 2;
        }).AddJsonProtocol(json => ContractJson.Configure(json.PayloadSerializerOptions));
        services.AddSingleton(_ => new MetricExport([EngineMetrics.MeterName, HostMetrics.MeterName, "System.Runtime"]));
    }

    private static void Configure(WebApplication app, ServerOptions options)
    {
        app.UseSecurityHeaders();
        app.UseStatusCodePages();
        app.UseMiddleware<ProblemAnswers>();
        app.UseMiddleware<AccessGuard>();
        var page = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (Directory.Exists(page)) app.UseFileServer(new FileServerOptions { FileProvider = new PhysicalFileProvider(page) });
        app.MapCalls();
        app.MapHealth();
        app.MapHub<LiveHub>("/live");
        var registry = app.Services.GetRequiredService<MetricExport>().Registry;
        app.MapMetrics(scrape => scrape.Registry = registry);
    }

    private static IPAddress RtpAddress(ServerOptions options)
    {
        var address = IPAddress.Parse(options.RtpAddress);
        try
        {
            using var probe = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Bind(new IPEndPoint(address, 0));
            return address;
        }
        catch (SocketException e)
        {
            throw new BadInputException($"RTP address {address}: {e.Message}", "give an address of this machine with --rtp-address", e);
        }
    }
}
