using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;

namespace SpeechQA.Engine.Tests.Calls.Timeline;

public sealed class EventFeedTests
{
    private static CallEnded Event(int i) => new($"call-{i}", 1, 0, "test");

    [Fact]
    public void Reads_on_from_any_place_that_is_still_kept()
    {
        var feed = new EventFeed(4);
        for (var i = 1; i <= 6; i++) feed.Publish(Event(i));
        var items = new List<FeedItem>();
        Assert.True(feed.TryRead(3, items));
        Assert.Equal([4L, 5L, 6L], items.Select(i => i.Sequence));
        Assert.Equal("call-4", items[0].Event.Call);
    }

    [Fact]
    public void A_place_that_is_gone_or_never_was_is_told()
    {
        var feed = new EventFeed(4);
        for (var i = 1; i <= 6; i++) feed.Publish(Event(i));
        Assert.False(feed.TryRead(1, []));
        Assert.False(feed.TryRead(7, []));
        Assert.False(feed.TryRead(-1, []));
        Assert.True(feed.TryRead(2, []));
    }

    [Fact]
    public async Task Waits_for_what_comes()
    {
        var feed = new EventFeed();
        var waiting = feed.WaitAsync(0, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        feed.Publish(Event(1));
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(feed.WaitAsync(0, CancellationToken.None).IsCompletedSuccessfully);
    }
}
