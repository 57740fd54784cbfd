using SpeechQA.Engine.Calls;

namespace SpeechQA.Engine.Tests.Calls;

public sealed class CallLogTests
{
    private static TranscriptPartial Partial(long n, string text, Party party = Party.Customer, int utterance = 0) => new("c", n, n, party, utterance, 0, n, text) { Leg = party == Party.Customer ? 1 : 0 };

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
}
