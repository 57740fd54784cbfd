using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Tests.Rules;

/// <summary>Evidence names the leg it was found on, also where both legs are of the same party.</summary>
public sealed class EvidenceLegTests
{
    private static TestCall Call => new(Party.Customer, Party.Customer);

    [Theory]
    [InlineData("{ phrase: cancel my contract }", 1)]
    [InlineData("{ pace: { over: 3s, wordsPerMinute: 20 } }", 1)]
    [InlineData("{ notSaid: { phrase: good morning, by: 5s } }", 0, 1)]
    [InlineData("{ silence: 3s }", -1)]
    public void Of_words_and_times(string when, params int[] legs)
    {
        var call = Call.Say(0, 1, 3, "hello").Say(1, 4, 8, "I want to cancel my contract now really")
            .Say(1, 12, 20, "my card number is 4111 1111 1111 1111");
        Assert.Equal(legs, LegsOf(call.Run(TestCall.Rule(when, "coolDown: 60s"), 40)));
    }

    [Fact]
    public void Of_talk_over_it_is_the_leg_that_came_into_the_others_words()
    {
        var call = Call.Say(1, 1, 10, "let me explain how this works from the beginning")
            .Say(0, 6, 12, "no no no let me tell you how it was");
        var alert = Assert.Single(call.Run(TestCall.Rule("{ talkOver: 1.5s }", "coolDown: 60s"), 30));
        Assert.Equal((-1, 0), (alert.Leg, alert.Evidence[0].Leg));
    }

    [Fact]
    public void Of_what_several_could_have_said_and_nobody_did_it_is_none()
    {
        var rule = TestCall.Rule("{ any: [{ silence: 30s }, { notSaid: { phrase: good morning, by: 5s } }] }", "coolDown: 60s");
        var both = Call.Say(0, 1, 3, "hello").Say(1, 4, 8, "I want to cancel my contract").Run(rule, 20);
        Assert.Equal(-1, Assert.Single(both).Evidence[0].Leg);
        var one = new TestCall(Party.Agent, Party.Customer).Say(0, 1, 3, "hello").Say(1, 4, 8, "I want to cancel my contract")
            .Run(TestCall.Rule("{ any: [{ silence: 30s }, { notSaid: { phrase: good morning, by: 5s } }] }",
                "party: customer, coolDown: 60s"), 20);
        Assert.Equal(1, Assert.Single(one).Evidence[0].Leg);
    }

    private static IEnumerable<int> LegsOf(IEnumerable<Alert> alerts) =>
        alerts.SelectMany(a => a.Evidence).Select(e => e.Leg).Distinct().Order();
}
