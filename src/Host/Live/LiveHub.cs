using Microsoft.AspNetCore.SignalR;
using SpeechQA.Engine;
using SpeechQA.Engine.Conversation;

namespace SpeechQA.Host.Live;

/// <summary>
/// The hub <c>/live</c> behind the supervisors' page. A connection streams <see cref="Follow"/> once, watches one call
/// at a time, and may say what was done about an alert: everybody sees that and who did it, as an event of the call.
/// </summary>
internal sealed class LiveHub(FollowStream stream, SpeechEngine engine) : Hub
{
    private const string WatchedKey = "watched";

    private WatchedCall Watched => (WatchedCall)Context.Items[WatchedKey]!;

    public override Task OnConnectedAsync()
    {
        Context.Items[WatchedKey] = new WatchedCall();
        stream.Join();
        return base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        stream.Leave();
        return base.OnDisconnectedAsync(exception);
    }

    /// <inheritdoc cref="FollowStream.ReadAsync"/>
    public IAsyncEnumerable<object> Follow(long? after, string? startedKnown, CancellationToken cancellation) =>
        stream.ReadAsync(after, startedKnown, Watched, cancellation);

    /// <param name="callId">The call whose transcript this connection wants from now on; null: none.</param>
    public void Watch(string? callId) => Watched.Id = callId;

    /// <param name="state"><c>open</c>, <c>acknowledged</c> or <c>wrong</c>.</param>
    public async Task SetAlertState(string callId, string alertId, string state)
    {
        if (!TryState(state, out var wanted))
            throw new HubException($"alert state '{state}' is not known; use open, acknowledged or wrong");
        if (engine.Calls.Find(callId) is not { } call
            || !await call.SetAlertStateAsync(alertId, wanted, by: Context.User?.Identity?.Name).ConfigureAwait(false))
            throw new HubException($"call '{callId}' has no alert '{alertId}' (any more); reload the page");
    }

    private static bool TryState(string state, out AlertState wanted)
    {
        (var known, wanted) = state switch
        {
            "open" => (true, AlertState.Open),
            "acknowledged" => (true, AlertState.Acknowledged),
            "wrong" => (true, AlertState.Wrong),
            _ => (false, AlertState.Open),
        };
        return known;
    }
}
