using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;

namespace SpeechQA.Engine.Tests.Rules;

/// <summary>What rules raise for words of an utterance that is not over.</summary>
public sealed class DraftRulesTests
{
    private static readonly RuleSet Cancel = TestCall.Rule("{ phrase: cancel~ my contract }", "party: customer, coolDown: 10s");

    private static CallRules Open(IRuleSource rules) => new(rules, new RuleCall(null, [Party.Agent, Party.Customer]));

    /// <summary>Words of 0.3 s each.</summary>
    private static Utterance Words(string text, double start = 1, int leg = 1, string language = "en")
    {
        SpokenWord[] words = [.. text.Split(' ').Select((w, i) => TestCall.Word(w, start + 0.3 * i, start + 0.3 * (i + 1)))];
        return new Utterance(leg, leg == 0 ? Party.Agent : Party.Customer, 0, words[0].Start, words[^1].End, text, language, 0.9f, words)
        {
            Decided = words[^1].End,
            Clock = default,
        };
    }

    private static List<Alert> Draft(CallRules rules, Utterance soFar, bool paused = false, params Alert[] early)
    {
        var alerts = new List<Alert>();
        rules.OnDraft(soFar, paused, early, alerts);
        return alerts;
    }

    private static List<Alert> Final(CallRules rules, Utterance said)
    {
        var alerts = new List<Alert>();
        rules.OnLeg(new UtteranceSpoken(said), alerts);
        return alerts;
    }

    [Fact]
    public void A_phrase_needs_a_word_or_a_pause_after_it()
    {
        var rules = Open(Cancel);
        Assert.Empty(Draft(rules, Words("I want to cancel my")));
        Assert.Empty(Draft(rules, Words("I want to cancel my contract")));
        var alert = Assert.Single(Draft(rules, Words("I want to cancel my contract and")));
        Assert.Equal(("it", 1, TestCall.At(1.9), TestCall.At(2.8), TestCall.At(3.1)),
            (alert.Rule, alert.Leg, alert.Start, alert.End, alert.Decided));
        Assert.Equal("\"cancel my contract\"", alert.Summary);
        Assert.Single(Draft(rules, Words("I want to cancel my contract"), paused: true));
    }

    [Fact]
    public void A_phrase_is_whole_when_no_further_word_is_heard_for_0_3_s()
    {
        var rules = Open(Cancel);
        var said = Words("I want to cancel my contract");
        Assert.Empty(Draft(rules, said with { End = said.Words[^1].End + TestCall.At(0.29) }));
        Assert.Single(Draft(rules, said with { End = said.Words[^1].End + TestCall.At(0.31) }));
    }

    [Fact]
    public void The_rules_say_whether_more_words_are_likely_to_raise_something()
    {
        bool Waits(string words, params Alert[] early) => Open(Cancel).OnDraft(Words(words), false, early, new List<Alert>());
        Assert.False(Waits("I want to cancel my"));
        Assert.True(Waits("I want to cancel my contract"));
        Assert.False(Waits("I want to cancel my contract and"));
        Assert.False(Waits("I want to cancel my contract", Draft(Open(Cancel), Words("cancel my contract and"))[0]));
    }

    [Fact]
    public void What_was_raised_and_not_judged_is_not_raised_again()
    {
        var rules = Open(Cancel);
        var first = Draft(rules, Words("I want to cancel my contract and"))[0];
        Assert.Empty(Draft(rules, Words("I want to cancel my contract and go"), false, first));
        Assert.Empty(Draft(rules, Words("I want to cancel my contract and go cancel my contract today"), false, first));
        Assert.Single(Draft(rules, Words("cancel my contract today", start: 30), false, first)); // the cool-down is over
    }

    [Fact]
    public void The_cool_down_of_finals_holds_for_drafts_and_drafts_leave_none()
    {
        var rules = Open(Cancel);
        Draft(rules, Words("cancel my contract and"));
        Assert.Single(Final(rules, Words("cancel my contract and go")));
        Assert.Empty(Draft(rules, Words("cancel my contract now", start: 6)));
        Assert.Single(Draft(rules, Words("cancel my contract now", start: 12)));
    }

    [Fact]
    public void A_phrase_may_begin_in_the_utterance_before()
    {
        var rules = Open(Cancel);
        Final(rules, Words("I will cancel", start: 1));
        var alert = Assert.Single(Draft(rules, Words("my contract then", start: 2.5)));
        Assert.Equal(TestCall.At(1.6), alert.Start);
        Assert.Empty(Draft(Open(Cancel), Words("my contract then", start: 2.5)));
    }

    [Theory]
    [InlineData("agent", 0)]
    [InlineData("customer", 1)]
    public void Only_the_rules_party_counts(string party, int alerts) =>
        Assert.Equal(alerts, Draft(Open(TestCall.Rule("{ phrase: cancel it }", $"party: {party}")), Words("cancel it now")).Count);

    [Theory]
    [InlineData("{ phrase: { en: cancel it, fr: resilier } }", "cancel it now", "en", 1)]
    [InlineData("{ phrase: { en: cancel it, fr: resilier } }", "je veux résilier maintenant", "fr", 1)]
    [InlineData("{ phrase: { en: cancel it, fr: resilier } }", "je veux résilier maintenant", "en", 0)]
    [InlineData("{ any: [ { phrase: cancel it }, { phrase: stop it } ] }", "stop it now", "en", 1)]
    [InlineData("{ phrase: { anyOf: [ cancel contract ], near: 6 } }", "contract I want to cancel now", "en", 1)]
    [InlineData("{ sequence: [ { phrase: cancel }, { phrase: refund } ], within: 10s }", "cancel and refund me", "en", 1)]
    [InlineData("{ sequence: [ { phrase: cancel }, { phrase: refund } ], within: 10s }", "refund and cancel me", "en", 0)]
    [InlineData("{ all: [ { phrase: cancel }, { phrase: refund } ], within: 10s }", "refund and cancel me", "en", 1)]
    [InlineData("{ notSaid: { phrase: cancel, by: 1s } }", "cancel it now", "en", 0)]
    [InlineData("{ all: [ { phrase: cancel }, { pace: { over: 1s, wordsPerMinute: 20 } } ], within: 10s }",
        "cancel it now please right here", "en", 0)]
    [InlineData("{ sequence: [ { phrase: { party: agent, en: hello } }, { phrase: cancel } ], within: 60s }", "cancel it now", "en", 0)]
    public void Rules_that_need_only_phrases_of_the_leg_are_judged(string when, string text, string language, int alerts) =>
        Assert.Equal(alerts, Draft(Open(TestCall.Rule(when)), Words(text, language: language)).Count);

    [Fact]
    public void A_chain_may_have_begun_in_the_finals()
    {
        var rules = Open(TestCall.Rule("{ sequence: [ { phrase: cancel }, { phrase: refund } ], within: 10s }"));
        Final(rules, Words("cancel it"));
        Assert.Equal(2, Assert.Single(Draft(rules, Words("refund me", start: 3))).Evidence.Count);
        // The draft has not moved the chain on: it does so again, and so does the final.
        Assert.Single(Draft(rules, Words("refund me", start: 3)));
        Assert.Single(Final(rules, Words("refund me", start: 3)));
    }

    private const string Touching =
        "{ all: [ { phrase: refund }, { none: [ { phrase: { touching: true, en: [ refund policy, no need for * refund, \"refund [of] the "
        + "year\" ] } } ] } ] }";

    [Theory]
    [InlineData("a refund", false, 0)]
    [InlineData("a refund", true, 1)]
    [InlineData("a refund policy please", false, 0)]
    [InlineData("a refund please", false, 1)]
    [InlineData("a refund of", false, 0)] // "the year" may follow
    [InlineData("a refund of the", false, 0)]
    [InlineData("a refund of the year please", false, 0)]
    [InlineData("a refund of my money", false, 1)]
    [InlineData("no need for a refund please", false, 0)]
    [InlineData("there is no need. For a refund please", false, 1)]
    public void What_takes_away_by_touching_must_have_had_its_chance(string text, bool paused, int alerts) =>
        Assert.Equal(alerts, Draft(Open(TestCall.Rule(Touching)), Words(text), paused).Count);

    private const string Clause = "{ all: [ { phrase: refund }, { none: [ { phrase: joking } ] } ] }";

    [Theory]
    [InlineData("a refund please now", false, 0)] // "joking" may still come in this clause
    [InlineData("a refund please now", true, 1)]
    [InlineData("a refund please, now", false, 1)]
    [InlineData("a refund I am joking, now", false, 0)]
    public void What_takes_away_within_the_clause_waits_for_its_end(string text, bool paused, int alerts) =>
        Assert.Equal(alerts, Draft(Open(TestCall.Rule(Clause)), Words(text), paused).Count);

    [Fact]
    public void Masked_words_are_neither_matched_nor_shown()
    {
        var rules = Open(TestCall.Rule("{ phrase: [ four two four two, number is * please ] }"));
        Assert.Empty(Draft(rules, Words("it is •••• •••• •••• •••• thanks")));
        Assert.Equal("\"number is please\"", Assert.Single(Draft(rules, Words("my number is •••• please so"))).Summary);
    }

    [Fact]
    public void Of_ten_thousand_rules_only_those_whose_phrases_occur_are_looked_at()
    {
        var rules = string.Concat(Enumerable.Range(0, 10_000).Select(i =>
            $"  - {{ id: r{i}, severity: info, coolDown: 1s, when: {{ sequence: [ {{ phrase: word{i} }}, {{ phrase: end }} ], within: 10s "
            + $"}} }}\n"));
        var call = Open(TestCall.Rules("rules:\n" + rules));
        // All rules have found something and have a state.
        for (var i = 0; i < 10_000; i += 100)
            Final(call, Words(string.Join(' ', Enumerable.Range(i, 100).Select(n => $"word{n}")), start: 1 + i * 0.001));
        var soFar = Words("word17 and so on for a while", start: 12);
        var list = new List<Alert>();
        call.OnDraft(soFar, false, [], list);
        var before = GC.GetAllocatedBytesForCurrentThread();
        call.OnDraft(soFar, false, [], list);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000, "a copy of every state would take megabytes");
        Assert.Empty(list);
    }

    [Fact]
    public void Finals_raise_the_same_whatever_drafts_come_between()
    {
        var set = TestCall.Rules("""
            rules:
              - { id: one, severity: info, coolDown: 2s, when: { phrase: a b } }
              - { id: near, severity: info, coolDown: 1s, when: { phrase: { near: 5, en: [ c d ] } } }
              - { id: chain, severity: info, coolDown: 1s, when: { sequence: [ { phrase: a }, { phrase: e } ], within: 8s } }
              - { id: both, severity: info, coolDown: 1s,
                  when: { all: [ { phrase: b }, { phrase: d }, { none: [ { phrase: f } ] } ], within: 6s } }
            """);
        var random = new Random(11);
        string Sentence() => string.Join(' ', Enumerable.Range(0, random.Next(2, 12))
            .Select(_ => "a b c d e f g h".Split(' ')[random.Next(8)] + (random.Next(9) == 0 ? "," : "")));
        var drafts = 0;
        for (var round = 0; round < 60; round++)
        {
            var (plain, disturbed) = (Open(set), Open(set));
            var early = new List<Alert>();
            for (var start = 0.0; start < 30; start += random.Next(2, 8))
            {
                var said = Sentence();
                for (var n = random.Next(3); n > 0; n--)
                {
                    var found = Draft(disturbed, Words(random.Next(2) == 0 ? said : Sentence(), start), random.Next(2) == 0, [.. early]);
                    drafts += found.Count;
                    early.AddRange(found);
                }
                Assert.Equal(Final(plain, Words(said, start)).Select(Content), Final(disturbed, Words(said, start)).Select(Content));
                early.Clear();
            }
        }
        Assert.True(drafts > 100);

        static string Content(Alert a) => $"{a.Rule} {AudioTime.Seconds(a.Start)} {AudioTime.Seconds(a.End)} {a.Summary}";
    }
}
