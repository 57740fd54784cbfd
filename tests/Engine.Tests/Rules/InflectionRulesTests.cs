using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Reading;

namespace SpeechQA.Engine.Tests.Rules;

/// <summary>The conditions about how somebody speaks, and about other rules.</summary>
public sealed class InflectionRulesTests
{
    private const int Agent = 0, Customer = 1;

    private const string Tension = """
          - id: tension
            severity: warning
            party: customer
            coolDown: 30s
            when: { inflection: watch }
        """;

    private const string Words = """
          - id: unhappy
            severity: info
            party: customer
            coolDown: 5m
            when: { phrase: terrible service }
        """;

    private const string Anger = """
          - id: anger
            severity: critical
            party: customer
            when:
              any:
                - inflection: { state: alert }
                - all: [ { fired: tension }, { fired: [unhappy] } ]
                  within: 20s
        """;

    private static TestCall Call() => new(Party.Agent, Party.Customer);

    private static RuleSet Set(params string[] rules) => TestCall.Rules("rules:\n" + string.Join('\n', rules));

    [Fact]
    public void A_watch_mark_says_what_was_heard_in_values_and_words()
    {
        var alert = Assert.Single(Call().Measure(Customer, 10, 0.62, semitones: 4.2, decibels: 7.8)
            .Measure(Customer, 10.5, 0.64, watch: true).Run(Set(Tension), 12));
        Assert.Equal(("tension", Party.Customer, TestCall.At(7.5), TestCall.At(10.5)), (alert.Rule, alert.Party, alert.Start, alert.End));
        Assert.Equal("anger heard in the voice, score 0.64; 4 semitones higher, 8 dB louder than at the start", alert.Summary);
        Assert.Equal([("inflection", 0.64, 0.5), ("raisedVoice", 4.2, null)],
            alert.Evidence.Select(e => (e.Kind, e.Value!.Value, e.Limit)));
    }

    [Fact]
    public void Nothing_but_marks_counts_for_inflection() =>
        Assert.Empty(Call().Measure(Customer, 10, 0.99, semitones: 9, decibels: 20).Measure(Agent, 11, 0.9, watch: true)
            .Run(Set(Tension), 12));

    [Fact]
    public void Any_is_every_window_that_the_model_judged()
    {
        var alerts = Call().Measure(Customer, 10, 0.1).Measure(Customer, 10.5).Measure(Customer, 11, 0.3).Measure(Agent, 11, 0.9)
            .Run(TestCall.Rule("{ inflection: any }", "party: customer, coolDown: 100ms"), 12);
        Assert.Equal([TestCall.At(10), TestCall.At(11)], alerts.Select(a => a.End));
        Assert.All(alerts, a => Assert.Equal(("inflection", "any", null),
            (a.Evidence[0].Kind, a.Evidence[0].Pattern, a.Evidence[0].Limit)));
    }

    [Theory]
    [InlineData(3.5, 9, 0)]
    [InlineData(4.5, 4, 0)]
    [InlineData(4.5, 7, 1)]
    public void A_raised_voice_has_limits(double semitones, double decibels, int alerts) =>
        Assert.Equal(alerts, Call().Measure(Customer, 10, semitones: semitones, decibels: decibels)
            .Run(TestCall.Rule("{ raisedVoice: { semitones: 4, decibels: 6 } }"), 12).Count);

    [Theory]
    [InlineData("", 0.09, 9, 1)]
    [InlineData(", lineQuality: fair", 0.09, 9, 0)]
    [InlineData(", lineQuality: fair", 0.05, 12, 1)]
    [InlineData(", lineQuality: fair", 0, 11.9, 0)]
    [InlineData(", lineQuality: good", 0.05, 30, 0)]
    [InlineData(", lineQuality: good", 0.01, 20, 1)]
    public void A_rule_may_ask_for_a_better_line(string more, double lost, double snr, int alerts)
    {
        var call = Call().Measure(Customer, 10, 0.64, watch: true, semitones: 4, decibels: 7, line: new LineOfSpeech(lost, snr));
        Assert.Equal(alerts, call.Run(TestCall.Rule($"{{ inflection: {{ state: watch{more} }} }}"), 12).Count);
        Assert.Equal(alerts, call.Run(TestCall.Rule($"{{ raisedVoice: {{ semitones: 3{more} }} }}"), 12).Count);
    }

    [Fact]
    public void Evidence_says_that_the_line_was_bad()
    {
        var alert = Assert.Single(Call().Measure(Customer, 10, 0.64, watch: true, semitones: 4, decibels: 7,
            line: new LineOfSpeech(0.07, 14)).Run(Set(Tension), 12));
        Assert.Equal(["heard by the model, on a poor line (7 % lost, speech 14 dB over the noise)",
            "4 semitones higher, 7 dB louder than at the start, on a poor line (7 % lost, speech 14 dB over the noise)"],
                alert.Evidence.Select(e => e.How));
        Assert.DoesNotContain("line", Assert.Single(Call().Measure(Customer, 10, 0.64, watch: true).Run(Set(Tension), 12)).Evidence[0].How);
    }

    [Theory]
    [InlineData(Customer, 15, 1)]
    [InlineData(Customer, 40, 0)]   // too late
    [InlineData(Agent, 15, 0)]      // somebody else's words
    public void Tension_with_bad_words_of_the_same_caller_is_anger(int leg, double said, int angry)
    {
        var call = Call().Measure(Customer, 10, 0.6, watch: true).Say(leg, said, said + 1, "a terrible service");
        // In whatever order the rules stand.
        foreach (var set in new[] { Set(Tension, Words, Anger), Set(Anger, Words, Tension) })
        {
            var anger = call.Run(set, 60).FindAll(a => a.Rule == "anger");
            Assert.Equal(angry, anger.Count);
            if (angry > 0) Assert.Equal(["inflection", "phrase"], anger[0].Evidence.Select(e => e.Kind));
        }
    }

    [Fact]
    public void The_strict_alert_needs_no_words()
    {
        var alert = Assert.Single(Call().Measure(Customer, 10, 0.95, alert: true).Run(Set(Tension, Words, Anger), 12));
        Assert.Equal(("anger", Severity.Critical), (alert.Rule, alert.Severity));
    }

    [Fact]
    public void A_rule_that_is_quiet_in_its_cool_down_still_counts_for_others()
    {
        var alerts = Call().Say(Customer, 1, 2, "a terrible service").Measure(Customer, 60, 0.6, watch: true)
            .Say(Customer, 62, 63, "a terrible service")
            .Run(Set(Tension, Words, Anger), 70);
        Assert.Equal(["unhappy", "tension", "anger"], alerts.Select(a => a.Rule));
    }

    [Fact]
    public void Rules_of_both_parties_can_be_joined()
    {
        const string Both = """
              - id: both
                severity: info
                when:
                  all: [ { fired: unhappy }, { phrase: { party: agent, en: calm down } } ]
            """;
        var alerts = Call().Say(Customer, 1, 2, "a terrible service").Say(Agent, 4, 5, "please calm down").Run(Set(Words, Both), 20);
        Assert.Equal(["unhappy", "both"], alerts.Select(a => a.Rule));
        Assert.Equal(Party.Unknown, alerts[1].Party);
    }

    [Fact]
    public void Rules_that_change_in_mid_call_keep_what_they_found()
    {
        var source = new Source(Set(Tension, Words, Anger));
        var alerts = Call().Measure(Customer, 10, 0.6, watch: true).Say(Customer, 12, 13, "a terrible service").Run(source, 20,
            before: e =>
            {
                if (e is UtteranceSpoken) source.Current =
                Set("  - { id: new, severity: info, when: { phrase: something } }", Anger, Words, Tension);
            });
        Assert.Equal(["tension", "anger", "unhappy"], alerts.Select(a => a.Rule));
    }

    [Theory]
    [InlineData("{ inflection: furious }", "the state of inflection is not known", "watch or alert")]
    [InlineData("{ inflection: { party: agent } }", "inflection has no state", "state: watch")]
    [InlineData("{ inflection: { state: watch, lineQuality: poor } }", "lineQuality is not known", "good or fair")]
    [InlineData("{ raisedVoice: loud }", "raisedVoice must be a map", "raisedVoice: {}")]
    [InlineData("{ raisedVoice: { semitones: 1 } }", "semitones is not a whole number from 3 to 24", "semitones")]
    [InlineData("{ fired: ti }", "fired names 'ti', and there is no such rule", "known are: it")]
    [InlineData("{ fired: it }", "fired leads in a ring", "no rule wait for itself")]
    [InlineData("{ all: [ { phrase: a }, { none: [ { fired: it } ] } ] }", "fired has no meaning below none", "own conditions")]
    public void Mistakes_are_named(string when, string reason, string remedy)
    {
        var errors = RuleReader.ReadTexts(("r.yaml", $"rules:\n  - {{ id: it, severity: info, when: {when} }}\n")).Errors;
        var error = Assert.Single(errors);
        Assert.Contains(reason, error.Reason);
        Assert.Contains(remedy, error.Remedy);
    }

    [Fact]
    public void The_default_rules_make_anger_of_tension_and_a_threat()
    {
        var alerts = Call().Measure(Customer, 30, 0.6, semitones: 5, decibels: 8).Measure(Customer, 30.5, 0.6, watch: true)
            .Say(Customer, 32, 35, "i want to cancel my contract").Run(RuleReader.Load(DefaultRulesTests.Folder), 40);
        Assert.Contains(alerts, a => a is { Rule: "rising-tension", Severity: Severity.Warning });
        var anger = Assert.Single(alerts, a => a is { Rule: "customer-anger", Severity: Severity.Critical });
        Assert.Contains("cancel my contract", anger.Summary);
        Assert.Contains("5 semitones higher, 8 dB louder", anger.Summary);
    }

    private sealed class Source(RuleSet first) : IRuleSource
    {
        public RuleSet Current { get; set; } = first;
    }
}
