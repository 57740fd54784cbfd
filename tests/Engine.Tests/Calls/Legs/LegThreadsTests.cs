using System.Collections.Concurrent;
using SpeechQA.Engine.Calls.Legs;

namespace SpeechQA.Engine.Tests.Calls.Legs;

public class LegThreadsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void All_that_is_ready_is_done_once_and_in_order_by_one_thread()
    {
        var threads = new LegThreads(1);
        var done = new ConcurrentQueue<int>();
        using var all = new CountdownEvent(1_000);
        for (var i = 0; i < 1_000; i++)
            threads.Schedule(n =>
            {
                done.Enqueue((int)n!);
                all.Signal();
            }, i);
        Assert.True(all.Wait(Patience));
        Assert.Equal(Enumerable.Range(0, 1_000), done);
    }

    [Fact]
    public void A_thread_that_slept_goes_on()
    {
        var threads = new LegThreads(2);
        for (var i = 0; i < 20; i++)
        {
            using var done = new ManualResetEventSlim();
            threads.Schedule(_ => done.Set(), null);
            Assert.True(done.Wait(Patience));
            Thread.Sleep(i % 3);
        }
    }

    [Fact]
    public void Legs_go_on_while_one_takes_long()
    {
        var threads = new LegThreads(2);
        using var begun = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using var waited = new ManualResetEventSlim();
        threads.Schedule(_ =>
        {
            begun.Set();
            release.Wait();
        }, null);
        Assert.True(begun.Wait(Patience));
        threads.Schedule(_ => waited.Set(), null);
        // What comes next, as packets do, sees that it has waited.
        for (var end = DateTime.UtcNow + Patience; !waited.IsSet && DateTime.UtcNow < end; Thread.Sleep(1))
            threads.Schedule(_ => { }, null);
        Assert.True(waited.IsSet);
        Assert.False(release.IsSet);
        release.Set();
    }

    [Fact]
    public void No_more_threads_than_allowed()
    {
        var threads = new LegThreads(2);
        var seen = new ConcurrentDictionary<int, bool>();
        using var all = new CountdownEvent(200);
        for (var i = 0; i < 200; i++)
            threads.Schedule(_ =>
            {
                seen[Environment.CurrentManagedThreadId] = true;
                Thread.Sleep(1);
                all.Signal();
            }, null);
        Assert.True(all.Wait(Patience));
        Assert.InRange(seen.Count, 1, 2);
    }
}
