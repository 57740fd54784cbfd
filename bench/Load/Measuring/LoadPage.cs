using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using SpeechQA.Bench.Load.Calls;

namespace SpeechQA.Bench.Load.Measuring;

/// <summary>A page: connects, follows and watches as wwwroot/js/connection.js does, and hands on what comes.</summary>
internal sealed class LoadPage : IAsyncDisposable
{
    private readonly HubConnection _hub;
    private readonly CancellationTokenSource _ending = new();
    private Task _reading = Task.CompletedTask;

    private LoadPage(HubConnection hub) => _hub = hub;

    /// <summary>The call whose transcript it gets.</summary>
    public LoadCall? Watched { get; private set; }

    /// <summary>Times it lost its place, was sent a new snapshot, and missed events.</summary>
    public int Overtaken { get; private set; }

    /// <summary>The connection broke before it was closed.</summary>
    public bool Lost => !_ending.IsCancellationRequested && _reading.IsCompleted;

    /// <param name="take">Told of every event and of the stamp of its arrival.</param>
    public static async Task<LoadPage> OpenAsync(Uri server, string? token, Action<JsonElement, long> take, CancellationToken cancellation)
    {
        var hub = new HubConnectionBuilder().WithUrl(new Uri(server, "live"), http => http.AccessTokenProvider = () =>
            Task.FromResult(token)).Build();
        await hub.StartAsync(cancellation).ConfigureAwait(false);
        var page = new LoadPage(hub);
        var following = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page._reading = page.ReadAsync(take, following);
        await following.Task.WaitAsync(cancellation).ConfigureAwait(false);
        return page;
    }

    public async Task WatchAsync(LoadCall call)
    {
        Watched = call;
        await _hub.InvokeAsync("Watch", call.Id).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await _hub.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task ReadAsync(Action<JsonElement, long> take, TaskCompletionSource following)
    {
        try
        {
            await foreach (var message in _hub.StreamAsync<JsonElement>("Follow", null, null, _ending.Token).ConfigureAwait(false))
            {
                var received = Stopwatch.GetTimestamp();
                switch (message.GetProperty("kind").GetString())
                {
                    case "snapshot":
                        if (!following.TrySetResult()) Overtaken++;
                        break;
                    case "events":
                        foreach (var item in message.GetProperty("items").EnumerateArray()) take(item.GetProperty("event"), received);
                        break;
                }
            }
            // The server ends: leave, as the page does.
            await _hub.StopAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException
            or System.Net.WebSockets.WebSocketException
            or Microsoft.AspNetCore.SignalR.HubException)
        {
            // Closed by us, or the server is gone: Lost tells which.
        }
        following.TrySetResult();
    }
}
