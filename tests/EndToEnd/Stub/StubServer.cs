using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace SpeechQA.EndToEnd.Stub;

/// <summary>
/// Serves the page as the host does (same files, strictest Content-Security-Policy it must work under) beside a hub whose
/// events the test scripts, on a free loopback port.
/// </summary>
public sealed class StubServer : IAsyncDisposable
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
        "media-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly WebApplication _app;

    private StubServer(WebApplication app) => _app = app;

    public StubFeed Feed { get; } = new();

    public string Address => _app.Urls.Single();

    /// <summary>When set, hub and API want this token.</summary>
    public string? Token { get; set; }

    /// <summary>Most events of an answer of the API.</summary>
    public int PageSize { get; set; } = 10_000;

    /// <summary>While set, the hub cannot be reached.</summary>
    public bool Unreachable { get; set; }

    public static async Task<StubServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSignalR();
        StubServer? server = null;
        builder.Services.AddSingleton(_ => server!.Feed);
        var app = builder.Build();
        server = new StubServer(app);
        app.Use(server.Guard);
        var files = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files });
        app.MapHub<StubHub>("/live");
        app.MapGet("/api/calls/{id}/events", (string id, long after, int limit, StubFeed feed) =>
            feed.History(id, after, Math.Min(limit, server.PageSize)));
        await app.StartAsync();
        return server;
    }

    /// <summary>Cuts the connections and refuses new ones until <see cref="Return"/>.</summary>
    public void Vanish()
    {
        Unreachable = true;
        Feed.Drop();
    }

    public void Return() => Unreachable = false;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task Guard(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        var guarded = context.Request.Path.StartsWithSegments("/live") || context.Request.Path.StartsWithSegments("/api");
        if (guarded && Unreachable)
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        else if (guarded && Token is not null && !HasToken(context.Request))
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        else
            return next(context);
        return Task.CompletedTask;
    }

    private bool HasToken(HttpRequest request) =>
        request.Headers.Authorization == $"Bearer {Token}" || request.Query["access_token"] == Token;
}

/// <summary>The hub of the contract; every caller shares the one <see cref="StubFeed"/>.</summary>
public sealed class StubHub(StubFeed feed) : Hub
{
    public async IAsyncEnumerable<object> Follow(long? after, string? startedKnown, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var message in feed.Follow(Context, after, startedKnown).ReadAllAsync(cancel))
            yield return message;
    }

    public void Watch(string? call) => feed.Watch(Context, call);

    public void SetAlertState(string call, string alert, string state) => feed.SetAlertState(call, alert, state, "you");
}
