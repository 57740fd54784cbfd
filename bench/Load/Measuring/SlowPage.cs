using System.Net.WebSockets;
using System.Text;

namespace SpeechQA.Bench.Load.Measuring;

/// <summary>A page that connects, follows, says that it lives, and reads nothing: all buffers on the way to it fill up.</summary>
internal sealed class SlowPage : IAsyncDisposable
{
    /// <summary>Ends a message of SignalR's JSON protocol.</summary>
    private const char End = '\u001e';

    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(5);

    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _ending = new();
    private Task _pinging = Task.CompletedTask;

    public static async Task<SlowPage> OpenAsync(Uri server, string? token, CancellationToken cancellation)
    {
        var page = new SlowPage();
        var address = new UriBuilder(new Uri(server, "live")) { Scheme = server.Scheme == "https" ? "wss" : "ws" };
        if (token is not null) address.Query = $"access_token={Uri.EscapeDataString(token)}";
        await page._socket.ConnectAsync(address.Uri, cancellation).ConfigureAwait(false);
        await page.SendAsync("""{"protocol":"json","version":1}""", cancellation).ConfigureAwait(false);
        await page.SendAsync("""{"type":4,"invocationId":"1","target":"Follow","arguments":[null,null]}""", cancellation)
            .ConfigureAwait(false);
        page._pinging = page.PingAsync();
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _pinging.ConfigureAwait(false);
        _socket.Dispose();
        _ending.Dispose();
    }

    private async Task PingAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(PingEvery);
            while (await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
                await SendAsync("""{"type":6}""", _ending.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // Closed, by us or by the server.
        }
    }

    private Task SendAsync(string message, CancellationToken cancellation) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(message + End), WebSocketMessageType.Text, endOfMessage: true, cancellation);
}
