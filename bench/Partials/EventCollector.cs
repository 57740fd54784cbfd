using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;

namespace SpeechQA.Bench.Partials;

/// <summary>Keeps every event of a feed, also those that a call's log replaces, by call.</summary>
internal sealed class EventCollector : IAsyncDisposable
{
    private readonly EventFeed _feed;
    private readonly Dictionary<string, List<CallEvent>> _events = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    public EventCollector(EventFeed feed)
    {
        _feed = feed;
        _reading = ReadAsync(feed.Last);
    }

    /// <summary>Everything of a call that has ended, in order.</summary>
    public IReadOnlyList<CallEvent> Of(string call) => _events.GetValueOrDefault(call) ?? [];

    /// <summary>Takes what is left and ends.</summary>
    public async Task FinishAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await FinishAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ReadAsync(long at)
    {
        var items = new List<FeedItem>();
        while (true)
        {
            var stopping = _stop.IsCancellationRequested;
            items.Clear();
            if (!_feed.TryRead(at, items)) throw new InvalidOperationException("The feed went round before it was read.");
            foreach (var (sequence, e) in items)
            {
                at = sequence;
                if (!_events.TryGetValue(e.Call, out var own)) _events[e.Call] = own = [];
                own.Add(e);
            }
            if (items.Count > 0) continue;
            if (stopping) return;
            await _feed.WaitAsync(at, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
