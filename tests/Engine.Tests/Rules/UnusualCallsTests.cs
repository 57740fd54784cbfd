using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Reading;

namespace SpeechQA.Engine.Tests.Rules;

/// <summary>Calls that the default rules were not written for: what docs/rules/reference.md says of unusual calls.</summary>
public sealed class UnusualCallsTests
{
    private const int Agent = 0, Customer = 1;

    private static readonly RuleSet Defaults = RuleReader.Load(DefaultRulesTests.Folder);

    private static TestCall Call() => new(Party.Agent, Party.Customer);

    private static string[] Fired(TestCall call, double end) => [.. call.Run(Defaults, end).Select(a => a.Rule).Distinct()];

    [Fact]
    public void Silence_alone_raises_nothing() => Assert.Empty(Fired(Call(), 3600));

    [Fact]
    public void Music_alone_raises_nothing() =>
        Assert.Empty(Fired(Call().Music(Agent, 1, 200).Music(Customer, 5, 90).Music(Customer, 95, 300), 600));

    [Fact]
    public void Music_on_hold_is_silence_of_the_call_and_nothing_else()
    {
        var call = Call().Say(Agent, 1, 4, "good morning this call is recorded").Say(Customer, 5, 6, "hello there")
            .Say(Agent, 7, 8, "let me look").Music(Agent, 10, 60);
        Assert.Equal(["hold-silence"], Fired(call, 65));
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(1)]
    public void A_call_of_a_second_raises_nothing(double seconds) => Assert.Empty(Fired(Call().Say(Agent, 0.1, 0.3, "hello"), seconds));

    [Fact]
    public void Anger_from_the_first_word_is_told_by_its_words() =>
        Assert.Contains("cancellation", Fired(Call().Say(Customer, 0.2, 3, "i want to cancel my contract"), 5));

    [Fact]
    public void Of_a_language_that_no_rule_knows_only_times_are_judged()
    {
        var call = Call().Say(Agent, 1, 5, "guten tag wie kann ich ihnen helfen", "de")
            .Say(Customer, 6, 10, "i want to cancel my contract", "de")
            .Say(Agent, 12, 20, string.Join(' ', Enumerable.Repeat("wort", 60)), "de").Say(Customer, 35, 36, "hallo", "de");
        Assert.Equal(["hold-silence"], Fired(call, 40));
    }

    [Fact]
    public void Languages_may_be_mixed_utterance_by_utterance()
    {
        var call = Call().Say(Customer, 1, 4, "i want to cancel my contract").Say(Customer, 50, 53, "je veux parler à un responsable", "fr")
            .Say(Customer, 56, 59, "je veux parler à un responsable", "en");
        var alerts = call.Run(Defaults, 60).Where(a => a.Party == Party.Customer).ToList();
        Assert.Equal(["cancellation", "supervisor-request"], alerts.Select(a => a.Rule));
        Assert.Equal(TestCall.At(50) / 16_000, alerts[1].Start / 16_000);
    }

    [Theory]
    [InlineData("en", 1)]
    [InlineData("fr", 0)]
    public void A_phrase_does_not_run_over_a_change_of_language(string second, int alerts) =>
        Assert.Equal(alerts, Call().Say(Customer, 1, 2, "i want to cancel").Say(Customer, 2.7, 3.5, "my contract", second)
            .Run(TestCall.Rule("{ phrase: cancel my contract }"), 10).Count);

    [Fact]
    public void Two_people_on_one_leg_are_one_party_of_unknown_words()
    {
        var call = new TestCall(Party.Unknown).Say(0, 1, 3, "this call is recorded how can i help")
            .Say(0, 4, 7, "i want to cancel my contract");
        Assert.Equal(["cancellation"], Fired(call, 30).Where(r => r != "hold-silence"));
    }
}
