using FsCheck.Xunit;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Tests.Calls.Timeline;

public sealed class MergedOrderTests
{
    [Fact]
    public void An_event_waits_until_the_other_leg_has_passed_it()
    {
        var order = new MergedOrder(2);
        order.Add(new TimePassed(0, Party.Agent, 100));
        Assert.False(order.TryTake(out _));
        order.Add(new TimePassed(1, Party.Customer, 100));
        Assert.False(order.TryTake(out _));
        order.Add(new TimePassed(1, Party.Customer, 101));
        order.Add(new TimePassed(0, Party.Agent, 150));
        Assert.True(order.TryTake(out var first));
        Assert.Equal((0, 100L), (first.Leg, first.Decided));
    }

    [Fact]
    public void An_ended_leg_holds_nobody_back()
    {
        var order = new MergedOrder(2);
        order.Add(new LegEnded(1, Party.Customer, 10));
        order.Add(new TimePassed(0, Party.Agent, 5_000));
        order.Add(new TimePassed(0, Party.Agent, 6_000));
        Assert.Equal([10L, 5_000L], Drain(order).Select(e => e.Decided));
        order.Add(new LegEnded(0, Party.Agent, 7_000));
        Assert.Equal([6_000L, 7_000L], Drain(order).Select(e => e.Decided));
    }

    [Property]
    public bool The_order_does_not_depend_on_which_leg_was_faster(int[] first, int[] second, int seed)
    {
        var legs = new[] { EventsOf(0, first), EventsOf(1, second) };
        var alone = Play(legs, new Random(1));
        var other = Play(legs, new Random(seed));
        return alone.SequenceEqual(other) && alone.Count == legs[0].Count + legs[1].Count
            && alone.Zip(alone.Skip(1)).All(p => (p.First.Decided, p.First.Leg).CompareTo((p.Second.Decided, p.Second.Leg)) <= 0);
    }

    private static List<LegEvent> EventsOf(int leg, int[] steps)
    {
        var events = new List<LegEvent>();
        var at = 0L;
        foreach (var step in steps) events.Add(new TimePassed(leg, Party.Unknown, at += Math.Abs(step % 50)));
        events.Add(new LegEnded(leg, Party.Unknown, at));
        return events;
    }

    private static List<LegEvent> Play(List<LegEvent>[] legs, Random random)
    {
        var order = new MergedOrder(2);
        var next = new int[2];
        var released = new List<LegEvent>();
        while (next[0] < legs[0].Count || next[1] < legs[1].Count)
        {
            var leg = random.Next(2);
            if (next[leg] == legs[leg].Count) leg = 1 - leg;
            order.Add(legs[leg][next[leg]++]);
            released.AddRange(Drain(order));
        }
        return released;
    }

    private static List<LegEvent> Drain(MergedOrder order)
    {
        var all = new List<LegEvent>();
        while (order.TryTake(out var e)) all.Add(e);
        return all;
    }
}
