using SpeechQA.Bench.Peers;

namespace SpeechQA.Bench.Tests.Peers;

public sealed class LiveScheduleTests
{
    private static readonly PeerUtterance[] Utterances =
    [
        Said("a", 2), Said("a", 5), Said("a", 10),
        Said("b", 4), Said("b", 20),
    ];

    private static PeerUtterance Said(string call, double end) => new(call, "en", "text", 1, $"{call}{end}.f32", 200, end);

    [Fact]
    public void One_call_goes_through_the_samples_one_after_another()
    {
        var schedule = LiveSchedule.Of(Utterances, calls: 1, seconds: 33);
        Assert.Equal([2, 5, 10, 14, 30, 32], schedule.Select(s => s.Due));
        Assert.Equal("a2.f32", schedule[^1].Utterance.File);
        Assert.All(schedule, s => Assert.Equal("live 0", s.Utterance.Call));
    }

    [Fact]
    public void Others_begin_somewhere_within_theirs()
    {
        var schedule = LiveSchedule.Of(Utterances, calls: 3, seconds: 20);
        Assert.Equal(schedule.OrderBy(s => s.Due), schedule);
        Assert.Equal(["live 0", "live 1", "live 2"], schedule.Select(s => s.Utterance.Call).Distinct().Order());
        // The second is 0.618 of 20 s old.
        Assert.Equal(20 - 12.36068, schedule.First(s => s.Utterance.Call == "live 1").Due, 1e-4);
        Assert.All(schedule, s => Assert.InRange(s.Due, 0, 20));
    }

    [Fact]
    public void A_peer_holds_while_all_but_one_of_a_hundred_texts_are_there_in_time()
    {
        double[] lags = [.. Enumerable.Range(0, 199).Select(i => i / 100.0), 60];
        Assert.True(new LiveFigures("ours", lags, 0.5).Holds);
        Assert.False(new LiveFigures("ours", [.. lags, 61, 62], 0.5).Holds);
    }
}
