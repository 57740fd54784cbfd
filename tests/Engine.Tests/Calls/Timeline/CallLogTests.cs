using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Tests.Calls.Timeline;

public sealed class CallLogTests
{
    private static TranscriptPartial Partial(long n, string text, Party party = Party.Customer, int utterance = 0) =>
        new("c", n, n, party, utterance, 0, n, text) { Leg = party == Party.Customer ? 1 : 0 };

    [Fact]
    public void Of_the_partials_of_an_utterance_the_last_is_kept_until_its_final_comes()
    {
        var log = new CallLog();
        log.Add(Partial(1, "I"));
        log.Add(Partial(2, "Well", Party.Agent));
        log.Add(Partial(3, "I want"));
        log.Add(Partial(4, "and", utterance: 1));
        Assert.Equal([2L, 3, 4], log.After(0).Select(e => e.Sequence));
        log.Add(new TranscriptFinal("c", 5, 5, Party.Customer, 0, 0, 3, "I want to", "en", 1, []) { Leg = 1 });
        Assert.Equal([2L, 4, 5], log.After(0).Select(e => e.Sequence));
        Assert.Equal([5L], log.After(4).Select(e => e.Sequence));
        log.Add(new TranscriptFinal("c", 6, 6, Party.Customer, 0, 0, 3, "I want to, 1234", "en", 1, []) { Leg = 1, Revision = 1 });
        Assert.Equal([2L, 4, 6], log.After(0).Select(e => e.Sequence));
    }

    [Fact]
    public void A_long_call_loses_its_oldest_transcripts_and_no_alert()
    {
        var log = new CallLog();
        log.Add(new CallStarted("c", 1, 0, new CallDescription(null, null, null, "en", [Party.Customer], DateTimeOffset.UnixEpoch)));
        log.Add(new AlertRaised("c", 2, 0, Alert("r-1"), null));
        log.Add(new AlertStateChanged("c", 3, 0, "r-1", AlertState.Acknowledged, "mia"));
        Assert.Equal(1, log.First);
        for (var n = 4; n < 4 + CallLog.Limit + 1; n++) log.Add(Final(n));
        var kept = log.After(0);
        Assert.Equal([1L, 2, 3, log.First], kept.Take(4).Select(e => e.Sequence));
        Assert.Equal(4 + CallLog.Limit / 10, log.First);
        // From there on it is complete.
        Assert.Equal(Enumerable.Range((int)log.First, kept.Count - 3).Select(n => (long)n), kept.Skip(3).Select(e => e.Sequence));
        Assert.True(log.HasAlert("r-1"));
        for (var n = 30_000; n < 200_000; n++) log.Add(Final(n));
        Assert.InRange(log.After(0).Count, CallLog.Limit * 9 / 10, CallLog.Limit + 3);
        Assert.True(log.HasAlert("r-1"));
        Assert.Contains(log.After(0), e => e is AlertRaised);
    }

    [Fact]
    public void Events_are_read_a_page_at_a_time()
    {
        var log = new CallLog();
        for (var n = 1; n <= 10; n++) log.Add(Final(n));
        Assert.Equal([1L, 2, 3], log.After(0, 3).Select(e => e.Sequence));
        Assert.Equal([4L, 5, 6], log.After(3, 3).Select(e => e.Sequence));
        Assert.Equal([10L], log.After(9, 3).Select(e => e.Sequence));
        Assert.Empty(log.After(10, 3));
    }

    [Fact]
    public void An_alert_is_open_until_somebody_handles_it_or_its_final_takes_it_back()
    {
        var log = new CallLog();
        Assert.False(log.HasOpenAlert);
        log.Add(new AlertRaised("c", 1, 0, Alert("r-1"), null));
        Assert.True(log.HasOpenAlert);
        log.Add(new AlertStateChanged("c", 2, 0, "r-1", AlertState.Wrong, null));
        Assert.False(log.HasOpenAlert);
        log.Add(new AlertStateChanged("c", 3, 0, "r-1", AlertState.Open, null));
        Assert.True(log.HasOpenAlert);
        log.Add(new AlertWithdrawn("c", 4, 0, "r-1", "why"));
        log.Add(new AlertStateChanged("c", 5, 0, "r-1", AlertState.Open, null));
        Assert.False(log.HasOpenAlert);
        Assert.False(log.HasAlert("r-2"));
    }

    private static TranscriptFinal Final(long n) => new("c", n, n, Party.Customer, (int)n, n, n + 1, "words", "en", 1, []) { Leg = 0 };

    private static AlertInfo Alert(string id) =>
        new(id, "r", "00000000", "R", Severity.Critical, Party.Customer, 0, 1, "words", []) { Leg = 0 };
}
