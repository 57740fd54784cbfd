using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Reading;

namespace SpeechQA.Engine.Tests.Rules;

public sealed class CallRulesTests
{
    private static readonly RuleSet Cancel = TestCall.Rule("{ phrase: cancel~ my contract }", "party: customer, coolDown: 10s");

    private static TestCall Call => new(Party.Agent, Party.Customer);

    [Fact]
    public void A_phrase_alert_explains_itself()
    {
        var alert = Assert.Single(Call.Say(1, 3, 6, "I am cancelling my contract, today").Run(Cancel, 10));
        Assert.Equal(("it", Party.Customer, 1), (alert.Rule, alert.Party, alert.Leg));
        Assert.Equal((TestCall.At(4), TestCall.At(5.5), TestCall.At(6.6)), (alert.Start, alert.End, alert.Decided));
        Assert.Equal("\"cancelling my contract\"", alert.Summary);
        var evidence = Assert.Single(alert.Evidence);
        Assert.Equal(("phrase", "cancelling my contract", "cancel~ my contract", "word form"),
            (evidence.Kind, evidence.Text, evidence.Pattern, evidence.How));
        Assert.Equal(0.9, evidence.Confidence!.Value, 3);
        Assert.Equal("exact words", Call.Say(1, 3, 6, "cancel my contract").Run(Cancel, 10)[0].Evidence[0].How);
    }

    [Fact]
    public void Only_the_rules_party_counts_and_an_unknown_leg_may_be_anybody()
    {
        Assert.Empty(Call.Say(0, 3, 6, "cancel my contract").Run(Cancel, 10));
        var alert = Assert.Single(new TestCall(Party.Unknown).Say(0, 3, 6, "cancel my contract").Run(Cancel, 10));
        Assert.Equal(Party.Unknown, alert.Party);
    }

    [Fact]
    public void Only_its_queues_and_languages_count()
    {
        var rules = TestCall.Rule("{ phrase: { en: cancel it } }", "queues: [Retention]");
        TestCall Speech(string language) => Call.Say(1, 1, 2, "cancel it", language);
        Assert.Single(Speech("en").Run(rules, 5, "retention"));
        Assert.Empty(Speech("en").Run(rules, 5, "sales"));
        Assert.Empty(Speech("en").Run(rules, 5));
        Assert.Empty(Speech("fr").Run(rules, 5, "retention"));
        Assert.Empty(Speech("de").Run(rules, 5, "retention"));
    }

    [Theory]
    [InlineData(1.4, 1)]
    [InlineData(1.6, 0)]
    public void A_phrase_may_span_two_utterances_when_the_pause_is_short(double pause, int alerts) =>
        Assert.Equal(alerts, Call.Say(1, 1, 2, "cancel my").Say(1, 2 + pause, 3 + pause, "contract please").Run(Cancel, 10).Count);

    [Theory]
    [InlineData("I will cancel. My contract is fine", 0)]
    [InlineData("I will cancel, my contract is bad", 1)]
    public void A_phrase_ends_with_its_sentence(string text, int alerts) =>
        Assert.Equal(alerts, Call.Say(1, 1, 4, text).Run(Cancel, 10).Count);

    [Fact]
    public void What_is_found_in_one_utterance_is_one_alert_with_all_its_evidence()
    {
        var alert = Assert.Single(Call.Say(1, 1, 4, "cancel my contract I said cancel my contract").Run(Cancel, 10));
        Assert.Equal((TestCall.At(1), TestCall.At(4), 2), (alert.Start, alert.End, alert.Evidence.Count));
    }

    [Fact]
    public void Within_the_cool_down_a_rule_stays_quiet_on_its_leg()
    {
        var call = Call.Say(1, 1, 2, "cancel my contract").Say(1, 8, 9, "cancel my contract").Say(1, 12, 13, "cancel my contract");
        Assert.Equal([1.0, 12.0], call.Run(Cancel, 20).Select(a => AudioTime.Seconds(a.Start)));
    }

    [Fact]
    public void Of_overlapping_matches_the_earliest_and_longest_is_told()
    {
        var rules = TestCall.Rule("{ phrase: [ cancel it, want to cancel it, i want to cancel it all ] }");
        Assert.Equal("\"I want to cancel it all\"", Assert.Single(Call.Say(1, 1, 4, "I want to cancel it all").Run(rules, 9)).Summary);
    }

    [Fact]
    public void Words_near_each_other_do_not_reach_over_a_long_pause()
    {
        var rules = TestCall.Rule("{ phrase: { anyOf: [ cancel~ contract ], near: 6 } }");
        Assert.Empty(Call.Say(1, 1, 2, "I will cancel").Say(1, 9, 10, "contract it is").Run(rules, 15));
        Assert.Single(Call.Say(1, 1, 2, "I will cancel").Say(1, 3, 4, "contract it is").Run(rules, 15));
    }

    private const string NearMiss = """
        rules:
          - id: it
            severity: info
            party: customer
            when:
              all:
                - phrase: to cancel
                - none: [ { phrase: "not want to cancel" }, { phrase: "brother" }, { phrase: { anyOf: yesterday, touching: true } } ]
        """;

    [Theory]
    [InlineData("I don't want to cancel", 0)]
    [InlineData("I want to cancel", 1)]
    [InlineData("my brother wants to cancel", 0)]
    [InlineData("ask my brother, I want to cancel", 1)]
    [InlineData("my brother stays but I want to cancel", 1)]
    [InlineData("I want to cancel yesterday", 1)]
    public void None_takes_away_what_stands_in_the_same_clause(string text, int alerts) =>
        Assert.Equal(alerts, Call.Say(1, 1, 4, text).Run(TestCall.Rules(NearMiss), 9).Count);

    [Theory]
    [InlineData("the contract I said cancel", 1)]
    [InlineData("cancel the contract", 1)]
    [InlineData("cancel one two three four five the contract", 0)]
    [InlineData("cancel cancel", 0)]
    public void Near_takes_the_parts_in_any_order(string text, int alerts) =>
        Assert.Equal(alerts, Call.Say(1, 1, 4, text).Run(TestCall.Rule("{ phrase: { anyOf: [ cancel~ contract ], near: 6 } }"), 9).Count);

    [Theory]
    [InlineData(20, 1)]
    [InlineData(50, 0)]
    public void A_sequence_may_cross_the_legs_in_its_order(double second, int alerts)
    {
        var rules = TestCall.Rule("{ sequence: [ { phrase: { anyOf: hold on, party: agent } }, { phrase: how long } ], within: 30s }");
        Assert.Equal(alerts, Call.Say(0, 10, 11, "hold on").Say(1, second, second + 1, "how long").Run(rules, 60).Count);
        Assert.Empty(Call.Say(1, 5, 6, "how long").Say(0, 10, 11, "hold on").Run(rules, 60));
    }

    [Fact]
    public void All_takes_any_order_within_its_time()
    {
        var rules = TestCall.Rule("{ all: [ { phrase: one }, { phrase: two } ], within: 10s }");
        var alert = Assert.Single(Call.Say(1, 5, 6, "two").Say(1, 9, 10, "one").Run(rules, 30));
        Assert.Equal((TestCall.At(5), TestCall.At(10), 2), (alert.Start, alert.End, alert.Evidence.Count));
        Assert.Empty(Call.Say(1, 5, 6, "two").Say(1, 19, 20, "one").Run(rules, 30));
    }

    [Fact]
    public void New_rules_hold_from_the_next_utterance_and_unchanged_ones_keep_their_cool_down()
    {
        const string Yaml = "rules:\n  - { id: it, severity: info, coolDown: 30s, when: { phrase: cancel } }\n";
        var source = new Switch(TestCall.Rules(Yaml));
        var changed = TestCall.Rules(Yaml + "  - { id: other, severity: info, when: { phrase: cancel } }\n");
        var alerts = Call.Say(1, 1, 2, "cancel").Say(1, 10, 11, "cancel")
            .Run(source, 20, before: e => source.Current = e.Decided > TestCall.At(5) ? changed : source.Current);
        Assert.Equal([("it", 1.0), ("other", 10.0)], alerts.Select(a => (a.Rule, AudioTime.Seconds(a.Start))));
    }

    [Fact]
    public void The_steps_of_time_do_not_change_the_alerts()
    {
        var rules = RuleReader.Load(DefaultRulesTests.Folder);
        List<Alert> Run(double tick) => Call.Say(0, 1, 3, "please hold the line").Say(1, 4, 6, "I want to cancel my contract")
            .Run(rules, 40, tick: tick);
        string Text(double tick) => string.Join('\n', Run(tick).Select(a => $"{a.Rule} {a.Start} {a.End} {a.Decided} {a.Summary}"));
        Assert.NotEmpty(Run(0.1));
        Assert.Equal(Text(0.1), Text(3));
    }

    private sealed class Switch(RuleSet current) : IRuleSource
    {
        public RuleSet Current { get; set; } = current;
    }
}
