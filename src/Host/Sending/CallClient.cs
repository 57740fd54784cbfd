using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using SpeechQA.Engine.Conversation.Contract;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Api;

namespace SpeechQA.Host.Sending;

/// <summary>The API of a server, seen from who sends calls to it.</summary>
internal sealed class CallClient : IDisposable
{
    private const string Calls = "api/calls";

    private readonly HttpClient _http;

    /// <param name="token">The server's token, or null.</param>
    public CallClient(Uri server, string? token)
    {
        Server = server;
        // Ending a call is answered when its last words are recognised.
        _http = new HttpClient { BaseAddress = server, Timeout = TimeSpan.FromSeconds(30) };
        if (token is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Uri Server { get; }

    /// <exception cref="BadInputException">The server is not there, or refuses the call.</exception>
    public async Task<CallOpened> OpenAsync(CallRequest request, CancellationToken cancellation)
    {
        using var response = await AskAsync(
            () => _http.PostAsJsonAsync(Calls, request, ContractJson.Options, cancellation), cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw await RefusalAsync(response, cancellation).ConfigureAwait(false);
        try
        {
            return await response.Content.ReadFromJsonAsync<CallOpened>(ContractJson.Options, cancellation).ConfigureAwait(false)
                ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new BadInputException($"{Server} does not answer like a SpeechQA server of this version", "check --to", e);
        }
    }

    /// <summary>Ends a call; one that has ended meanwhile is fine.</summary>
    /// <exception cref="BadInputException">The server is not there any more.</exception>
    public async Task EndAsync(string id, CancellationToken cancellation)
    {
        using var response = await AskAsync(() => _http.DeleteAsync($"{Calls}/{id}", cancellation), cancellation).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> AskAsync(Func<Task<HttpResponseMessage>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            var why = e.InnerException is SocketException socket ? socket.Message : e.Message;
            throw new BadInputException($"{Server}: no server answers ({why})", "start one with 'speechqa serve', or check --to", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new BadInputException($"{Server}: no answer within {_http.Timeout.TotalSeconds:F0} s", "check the server", e);
        }
    }

    private async Task<BadInputException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        var (cause, remedy) = ProblemOf(text) ?? ($"HTTP {(int)response.StatusCode}",
            "check --to: it should be the address that 'speechqa serve' printed");
        return new BadInputException($"{Server} refuses the call: {cause}", remedy);
    }

    /// <summary>Cause and remedy of a problem document; of its first single error where it has several.</summary>
    private static (string, string)? ProblemOf(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var at = json.RootElement;
            if (at.TryGetProperty("errors", out var errors) && errors.GetArrayLength() > 0) at = errors[0];
            return (at.GetProperty("cause").GetString()!, at.GetProperty("remedy").GetString()!);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
