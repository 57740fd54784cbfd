using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using SpeechQA.Engine.Conversation;

namespace SpeechQA.EndToEnd.Stub;

/// <summary>
/// What the stub server has seen: calls, alerts, the feed with its global numbers, and who follows it. It keeps the
/// contract of the hub <c>/live</c> and nothing more. All members may be called from any thread.
/// </summary>
public sealed class StubFeed
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly Lock _lock = new();
    private readonly List<(long Sequence, string Call, JsonElement Event)> _events = [];
    private readonly Dictionary<string, CallSummary> _calls = [];
    private readonly Dictionary<(string, string), AlertSummary> _alerts = [];
    private readonly Dictionary<string, Follower> _followers = [];
    private DateTimeOffset _started = DateTimeOffset.UtcNow;
    private long _sequence;

    /// <summary>The oldest feed number from which one may still resume.</summary>
    public long RingStart { get; set; }

    public int Followed { get; private set; }

    public void Publish(params CallEvent[] events)
    {
        lock (_lock)
        {
            foreach (var e in events)
                Apply(e);
            Send(events.Select(e => (e.Call, JsonSerializer.SerializeToElement(e, Web))));
        }
    }

    public void SetAlertState(string call, string alertId, string state, string by)
    {
        lock (_lock)
        {
            var alert = _alerts[(call, alertId)];
            var open = (state == "open" ? 1 : 0) - (alert.State == "open" ? 1 : 0);
            _alerts[(call, alertId)] = alert with { State = state };
            _calls[call] = _calls[call].Count(alert.Alert.Severity, open);
            var e = new { type = "alert.state", call, sequence = 0, time = 0.0, alertId, state, by };
            Send([(call, JsonSerializer.SerializeToElement(e, Web))]);
        }
    }

    public void Watch(HubCallerContext caller, string? call)
    {
        lock (_lock)
            FollowerOf(caller).Watched = call;
    }

    /// <summary>The stream of one follower: what it missed, or everything, and from then on what comes.</summary>
    public ChannelReader<object> Follow(HubCallerContext caller, long? after, string? startedKnown)
    {
        lock (_lock)
        {
            Followed++;
            var follower = FollowerOf(caller);
            if (after is { } seen && SameRun(startedKnown) && seen >= RingStart && seen <= _sequence)
            {
                // The last one it saw comes once more: the page must not count on a peer that never overlaps.
                var missed = _events.Where(e => e.Sequence >= seen && follower.Wants(e.Call, e.Event)).ToList();
                follower.Write(new { kind = "resumed", sequence = _sequence, caughtUp = missed.Count(e => e.Sequence > seen) });
                follower.Write(Batch(missed));
            }
            else
                follower.Write(Snapshot(after is not null));
            return follower.Reader;
        }
    }

    private bool SameRun(string? startedKnown) =>
        DateTimeOffset.TryParse(startedKnown, CultureInfo.InvariantCulture, out var started) && started == _started;

    /// <summary>A call's own events after a number, as <c>GET /api/calls/{id}/events</c> gives them.</summary>
    public object History(string call, long after, int limit)
    {
        lock (_lock)
        {
            var events = _events.Where(e => e.Call == call && Own(e.Event) > after).Select(e => e.Event).ToList();
            var page = events.Take(limit).ToList();
            return new { events = page, last = page.Count == 0 ? after : page.Max(Own), more = events.Count > page.Count };
        }
    }

    /// <summary>Cuts every connection, as a network does.</summary>
    public void Drop()
    {
        lock (_lock)
        {
            foreach (var follower in _followers.Values)
                follower.Caller.Abort();
            _followers.Clear();
        }
    }

    /// <summary>As a new process: numbers start again, nothing is remembered.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            _started = _started.AddMinutes(1);
            _sequence = 0;
            _events.Clear();
            _calls.Clear();
            _alerts.Clear();
        }
        Drop();
    }

    private void Apply(CallEvent e)
    {
        switch (e)
        {
            case CallStarted started:
                _calls[e.Call] = CallSummary.Of(started);
                break;
            case CallEnded:
                _calls[e.Call] = _calls[e.Call] with { State = "ended", DurationSeconds = e.Time };
                break;
            case AlertRaised { Alert: var alert } raised:
                var call = _calls[e.Call] = _calls[e.Call].Count(alert.Severity, 1);
                _alerts[(e.Call, alert.Id)] = new AlertSummary(e.Call, call.Agent, call.Queue, "open", DateTimeOffset.UtcNow, alert,
                    raised.Clock, false, raised.Early);
                break;
            case AlertConfirmed confirmed:
                _alerts[(e.Call, confirmed.AlertId)] = _alerts[(e.Call, confirmed.AlertId)] with
                {
                    Alert = confirmed.Alert,
                    Pending = false
                };
                break;
            case AlertWithdrawn withdrawn:
                var taken = _alerts[(e.Call, withdrawn.AlertId)];
                _alerts[(e.Call, withdrawn.AlertId)] = taken with { Withdrawn = true, Pending = false, Reason = withdrawn.Reason };
                _calls[e.Call] = _calls[e.Call].Count(taken.Alert.Severity, -1);
                break;
        }
    }

    private void Send(IEnumerable<(string Call, JsonElement Event)> events)
    {
        var numbered = events.Select(e => (++_sequence, e.Call, e.Event)).ToList();
        _events.AddRange(numbered);
        foreach (var follower in _followers.Values)
            follower.Write(Batch(numbered.Where(e => follower.Wants(e.Call, e.Event))));
    }

    private static object Batch(IEnumerable<(long Sequence, string Call, JsonElement Event)> events) =>
        new { kind = "events", items = events.Select(e => new { sequence = e.Sequence, @event = e.Event }).ToList(), lagSeconds = 0.4 };

    private object Snapshot(bool missed) => new
    {
        kind = "snapshot",
        sequence = _sequence,
        missed,
        calls = _calls.Values.ToList(),
        alerts = _alerts.Values.ToList(),
        server = new { started = _started, version = "stub", lagSeconds = 0.4 },
    };

    private Follower FollowerOf(HubCallerContext caller)
    {
        if (!_followers.TryGetValue(caller.ConnectionId, out var follower))
            _followers[caller.ConnectionId] = follower = new Follower(caller);
        return follower;
    }

    private static long Own(JsonElement e) => e.GetProperty("sequence").GetInt64();

    private sealed class Follower(HubCallerContext caller)
    {
        private readonly Channel<object> _messages = Channel.CreateUnbounded<object>();

        public HubCallerContext Caller { get; } = caller;
        public string? Watched { get; set; }
        public ChannelReader<object> Reader => _messages.Reader;

        public bool Wants(string call, JsonElement e) =>
            call == Watched || !e.GetProperty("type").GetString()!.StartsWith("transcript.", StringComparison.Ordinal);

        public void Write(object message) => _messages.Writer.TryWrite(message);
    }
}
