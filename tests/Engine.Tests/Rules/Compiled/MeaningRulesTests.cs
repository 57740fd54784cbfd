using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Reading;
using SpeechQA.Engine.Tests.TextModels;

namespace SpeechQA.Engine.Tests.Rules.Compiled;

/// <summary>Conditions on meaning, sentiment and secrets.</summary>
[Collection(TextModelCollection.Name)]
public sealed class MeaningRulesTests(TextModelFixture text)
{
    private const string Cancel = "i would like to end my subscription with you please";

    [Fact]
    public void An_intent_is_heard_from_its_speaker_only_and_says_what_it_heard()
    {
        var rules = TestCall.Rule("{ meaning: { intent: cancel } }", "coolDown: 1s");
        var alert = Assert.Single(Say(rules, Party.Customer, Cancel));
        var evidence = Assert.Single(alert.Evidence);
        Assert.Equal(("meaning", Cancel, "cancel", "score"), (evidence.Kind, evidence.Text, evidence.Pattern, evidence.Unit));
        Assert.True(evidence.Value > evidence.Limit);
        Assert.Empty(Say(rules, Party.Agent, Cancel));
        Assert.Single(Say(rules, Party.Unknown, Cancel));
        Assert.Empty(Say(rules, Party.Customer, "the weather was lovely in the garden"));
    }

    [Fact]
    public void Examples_find_what_means_the_same_in_either_language()
    {
        var rules =
            TestCall.Rule("{ meaning: { examples: [i am moving house next month, we have a new address, please change my address, our "
            + "address has changed, we moved last week] } }");
        var english = Assert.Single(Say(rules, Party.Customer, "i have moved and my address is not the same any more"));
        Assert.Contains(english.Evidence[0].Pattern, new[] { "i am moving house next month", "we have a new address",
            "please change my address", "our address has changed", "we moved last week" });
        Assert.Single(Say(rules, Party.Customer, "j'ai déménagé et mon adresse a changé", "fr"));
        Assert.Empty(Say(rules, Party.Customer, "my phone does not ring when someone calls"));
    }

    [Fact]
    public void One_example_makes_a_rule_and_contradictory_ones_are_shown()
    {
        Assert.Single(Say(TestCall.Rule("{ meaning: { examples: [the parcel arrived broken] } }"), Party.Customer,
            "the parcel arrived broken"));
        var contradictory =
            TestCall.Rule("{ meaning: { examples: [i love it, i hate it, the parcel is late, my dog sleeps], unlike: [i really love it, i "
            + "really hate it] } }");
        var check = Assert.Single(MeaningCheck.Of(contradictory, text.Model));
        Assert.NotEmpty(check.WeakExamples); // which is how an author learns of it
        Assert.InRange(check.FalseAlarms, 0, 0.02);
    }

    [Fact]
    public void Without_a_text_model_meaning_never_fires()
    {
        var alerts = new List<Alert>();
        Rules("{ meaning: { intent: cancel } }").OnLeg(new UtteranceSpoken(Utterance(Party.Customer, Cancel, "en", 1)), alerts);
        Assert.Empty(alerts);
    }

    [Fact]
    public void A_word_and_a_meaning_must_share_their_time_when_the_rule_says_so()
    {
        var rules = TestCall.Rule("{ all: [ { meaning: { intent: cancel } }, { phrase: contract } ], overlapping: true }");
        Assert.Single(Say(rules, Party.Customer, "I want to end my contract with you."));
        Assert.Empty(Say(rules, Party.Customer, "Please cancel my subscription with you today. It is about the contract of my neighbour."));
    }

    [Fact]
    public void None_takes_away_a_meaning_that_overlaps()
    {
        var rules = TestCall.Rule("{ all: [ { meaning: { intent: cancel } }, { none: [ { phrase: neighbour } ] } ] }");
        Assert.Single(Say(rules, Party.Customer, "I want to cancel my contract today."));
        Assert.Empty(Say(rules, Party.Customer, "I want to cancel my contract today neighbour."));
    }

    [Fact]
    public void Sentiment_of_an_utterance_and_of_the_call()
    {
        var negative = "this is the worst service i have ever had and i am very disappointed with you";
        Assert.Single(Say(TestCall.Rule("{ sentiment: { below: -0.5 } }"), Party.Customer, negative));
        Assert.Empty(Say(TestCall.Rule("{ sentiment: { below: -0.5 } }"), Party.Customer, "thank you that was very kind of you"));
        Assert.Single(Say(TestCall.Rule("{ sentiment: { above: 0.5 } }"), Party.Customer, "thank you that was very kind of you"));

        var rules = Rules("{ sentiment: { below: -0.6, of: call } }");
        var alerts = new List<Alert>();
        var said = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            rules.OnLeg(Spoken(Utterance(Party.Customer, negative, "en", 1 + 10 * i)), alerts);
            said.Add(alerts.Count);
        }
        Assert.Equal(0, said[0]); // one utterance is not the call
        Assert.Equal(1, said[^1]); // and it is told once, when the level is crossed
    }

    [Fact]
    public void A_secret_is_told_without_its_figures()
    {
        var rules = Rules("{ secret: [card-number, iban] }");
        var alerts = new List<Alert>();
        rules.OnMerged(new SecretSpoken(new SecretFinding(SecretKind.CardNumber, 0, Party.Customer, 16_000, 32_000, "check digit"), 40_000),
            alerts);
        rules.OnMerged(new SecretSpoken(new SecretFinding(SecretKind.CardExpiry, 0, Party.Customer, 90_000, 99_000, "after its prompt"),
            100_000), alerts);
        var alert = Assert.Single(alerts);
        Assert.Equal((16_000, 32_000, 40_000, "card-number spoken (check digit)"), (alert.Start, alert.End, alert.Decided, alert.Summary));
        Assert.Null(alert.Evidence[0].Text);
    }

    [Theory]
    [InlineData("{ meaning: cancel }", "must have an intent or examples")]
    [InlineData("{ meaning: { party: customer } }", "neither intent nor examples")]
    [InlineData("{ meaning: { intent: cancel, examples: [a b c] } }", "both intent and examples")]
    [InlineData("{ meaning: { intent: cancel, unlike: [a b c] } }", "'unlike' has no meaning here")]
    [InlineData("{ meaning: { examples: [a b c], strict: true } }", "'strict' has no meaning here")]
    [InlineData("{ meaning: { examples: [] } }", "examples is empty")]
    [InlineData("{ meaning: { examples: [a b c], unlike: [A b c] } }", "both an example and unlike")]
    [InlineData("{ meaning: { examples: [a b c], threshold: high } }", "not a number from -3 to 3")]
    [InlineData("{ meaning: { examples: [a b c], falseAlarms: 2 } }", "not a number from 0.0001 to 0.5")]
    [InlineData("{ sentiment: bad }", "must have below or above")]
    [InlineData("{ sentiment: { below: -2 } }", "not a number from -1 to 1")]
    [InlineData("{ sentiment: { below: -0.2, of: week } }", "'of' is not known")]
    [InlineData("{ secret: card }", "unknown secret 'card'")]
    [InlineData("{ all: [ { phrase: x }, { phrase: y } ], overlapping: true, within: 3s }", null)]
    [InlineData("{ sequence: [ { phrase: x }, { phrase: y } ], within: 3s, overlapping: true }",
        "'overlapping' has no meaning beside 'sequence'")]
    public void Mistakes_are_told(string when, string? reason)
    {
        var errors = RuleReader.ReadTexts(("r.yaml", $"rules:\n  - {{ id: it, severity: info, when: {when} }}\n")).Errors;
        if (reason is null) Assert.Empty(errors);
        else Assert.Contains(errors, e => e.Reason.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_site_brings_its_own_secrets()
    {
        var reading = RuleReader.ReadTexts(("r.yaml", """
            secrets:
              - { name: member-number, pattern: 'M[0-9]{6}', after: [member number] }
            rules:
              - { id: it, severity: info, when: { secret: member-number } }
            """));
        Assert.Empty(reading.Errors);
        Assert.Equal("member-number", Assert.Single(reading.Set!.SecretPatterns).Name);
        Assert.Contains(Read("{ name: iban, pattern: x }"), e => e.Reason.Contains("not allowed", StringComparison.Ordinal));
        Assert.Contains(Read("{ name: a, pattern: '(?=x)' }"), e => e.Reason.Contains("secret 'a'", StringComparison.Ordinal));
        Assert.Contains(Read("{ name: a }"), e => e.Reason.Contains("name and pattern", StringComparison.Ordinal));
        Assert.Contains(Read("{ name: a, pattern: x }\n  - { name: a, pattern: y }"), e =>
            e.Reason.Contains("twice", StringComparison.Ordinal));

        static IReadOnlyList<RuleError> Read(string secret) =>
            RuleReader.ReadTexts(("r.yaml", $"secrets:\n  - {secret}\nrules: []\n")).Errors;
    }

    private static CallRules Rules(string when) => new(TestCall.Rule(when), new RuleCall(null, [Party.Customer]));

    private List<Alert> Say(RuleSet rules, Party party, string words, string language = "en")
    {
        var alerts = new List<Alert>();
        new CallRules(rules, new RuleCall(null, [party])).OnLeg(Spoken(Utterance(party, words, language, 1)), alerts);
        return alerts;
    }

    private UtteranceSpoken Spoken(Utterance utterance) => new(utterance) { Meaning = UtteranceMeaning.Read(text.Model, utterance) };

    private static Utterance Utterance(Party party, string said, string language, double start)
    {
        SpokenWord[] words = [.. said.Split(' ').Select((w, i) =>
            new SpokenWord(w, AudioTime.Position(start + i * 0.3), AudioTime.Position(start + (i + 1) * 0.3), 1))];
        return new Utterance(0, party, (int)start, words[0].Start, words[^1].End, said, language, 1, words)
        {
            Decided = words[^1].End + 9600,
            Clock = default
        };
    }
}
