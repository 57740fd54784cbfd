using Microsoft.Extensions.Time.Testing;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Live;

namespace SpeechQA.Host.Tests.Live;

public sealed class FollowStreamTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly WatchedCall _watched = new();
    private TestServer _server = null!;
    private ServerStatus _status = null!;
    private FollowStream _stream = null!;

    private EventFeed Feed => _server.Setup.Engine.Feed;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(time: _time);
        _status = new ServerStatus(_server.Setup.Engine, _server.Setup.Lag, _time);
        _stream = new FollowStream(Feed, new LiveBoard(_server.Setup.Engine), _status, _time);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_new_page_gets_a_snapshot_and_then_what_comes()
    {
        Say("a", 1);
        await using var page = Open(null);
        var snapshot = Assert.IsType<SnapshotMessage>(await NextAsync(page));
        Assert.Equal((1, false, _status.Started), (snapshot.Sequence, snapshot.Missed, snapshot.Server.Started));
        Feed.Publish(new CallEnded("a", 2, 1, "completed"));
        var events = Assert.IsType<EventsMessage>(await NextAsync(page));
        Assert.Equal(2, Assert.Single(events.Items).Sequence);
    }

    [Fact]
    public async Task Transcripts_and_curves_come_of_the_watched_call_only()
    {
        await using var page = Open(null);
        await NextAsync(page);
        _watched.Id = "b";
        Say("a", 1);
        Say("b", 1);
        Feed.Publish(new InflectionHeard("a", 2, 1, Party.Customer,
            new InflectionPoint(InflectionState.Calm, 0.1, null, null, null))
        { Leg = 1 });
        Feed.Publish(new CallEnded("a", 3, 1, "completed"));
        Assert.Equal(["b", "a"], Assert.IsType<EventsMessage>(await NextAsync(page)).Items.Select(i => i.Event.Call));
    }

    [Fact]
    public async Task A_page_that_comes_back_in_time_resumes_where_it_was()
    {
        for (var i = 1; i <= 9; i++) Feed.Publish(new CallEnded("a", i, 1, "completed"));
        await using var page = Open(4, _status.Started);
        Assert.Equal((9, 5), Assert.IsType<ResumedMessage>(await NextAsync(page)) is var r ? (r.Sequence, r.CaughtUp) : default);
        Assert.Equal([5, 6, 7, 8, 9], Assert.IsType<EventsMessage>(await NextAsync(page)).Items.Select(i => (int)i.Sequence));
    }

    [Fact]
    public async Task At_the_end_of_the_server_a_page_gets_the_last_events_and_then_the_end_of_its_stream()
    {
        await using var page = Open(null);
        await NextAsync(page);
        _stream.Join();
        Feed.Publish(new CallEnded("a", 1, 1, "completed"));
        var ending = _stream.EndAsync(TimeSpan.FromSeconds(30));
        Assert.IsType<EventsMessage>(await NextAsync(page));
        Assert.False(await page.MoveNextAsync());
        Assert.False(ending.IsCompleted); // it has all, but may still be reading
        _stream.Leave();
        await ending.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_page_that_waits_is_told_of_the_end_and_one_that_does_not_leave_holds_nobody_up()
    {
        await using var page = Open(null);
        await NextAsync(page);
        _stream.Join();
        var reading = page.MoveNextAsync().AsTask();
        await _stream.EndAsync(TimeSpan.FromMilliseconds(50));
        Assert.False(await reading.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData(4, true, 20_000)]
    [InlineData(4, false, 9)]
    [InlineData(99, true, 9)]
    public async Task A_page_that_comes_too_late_or_from_another_server_begins_again(long after, bool sameServer, int events)
    {
        for (var i = 1; i <= events; i++) Feed.Publish(new CallEnded("a", i, 1, "completed"));
        await using var page = Open(after, sameServer ? _status.Started : "2020-01-01T00:00:00Z");
        var snapshot = Assert.IsType<SnapshotMessage>(await NextAsync(page));
        Assert.Equal((events, true), (snapshot.Sequence, snapshot.Missed));
    }

    [Fact]
    public async Task A_slow_page_is_overtaken_holds_nobody_up_and_is_told()
    {
        await using var page = Open(null);
        await NextAsync(page);
        for (var i = 1; i <= 20_000; i++) Feed.Publish(new CallEnded("a", i, 1, "completed"));
        var snapshot = Assert.IsType<SnapshotMessage>(await NextAsync(page));
        Assert.Equal((20_000, true), (snapshot.Sequence, snapshot.Missed));
    }

    [Fact]
    public async Task Silence_is_broken_by_a_pulse_every_five_seconds()
    {
        await using var page = Open(null);
        await NextAsync(page);
        for (var i = 0; i < 3; i++)
        {
            var next = NextAsync(page);
            _time.Advance(TimeSpan.FromSeconds(4));
            Assert.False(next.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.IsType<PulseMessage>(await next);
        }
    }

    private IAsyncEnumerator<object> Open(long? after, string? started = null) =>
        _stream.ReadAsync(after, started, _watched, new CancellationTokenSource(TestServer.Patience).Token).GetAsyncEnumerator();

    private static async Task<object> NextAsync(IAsyncEnumerator<object> page)
    {
        Assert.True(await page.MoveNextAsync());
        return page.Current;
    }

    private void Say(string call, long number) =>
        Feed.Publish(new TranscriptPartial(call, number, 0, Party.Agent, 0, 0, 1, "hello") { Leg = 1 });
}
