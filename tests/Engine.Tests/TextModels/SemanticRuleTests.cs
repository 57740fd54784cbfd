using SpeechQA.Engine.Core;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Tests.TextModels;

[Collection(TextModelCollection.Name)]
public sealed class SemanticRuleTests(TextModelFixture text)
{
    private static readonly string[] Cancel =
        ["i want to cancel my contract", "please close my account", "je veux résilier mon abonnement",
            "i am leaving you for another provider"];

    [Fact]
    public void Golden_rule_scores_and_calibrates_like_the_reference()
    {
        var golden = text.Golden.GetProperty("rule");
        string[] Texts(string name) => [.. golden.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];
        var rule = SemanticRule.Compile(text.Model, Texts("examples"), Texts("counter_examples"), falseAlarm: 0.01);
        Assert.Equal(golden.GetProperty("threshold").GetDouble(), rule.Threshold, 0.02);
        foreach (var g in golden.GetProperty("scores").EnumerateArray())
        {
            var embedding = text.Embed(g.GetProperty("text").GetString()!);
            Assert.Equal(g.GetProperty("score").GetDouble(), rule.Score(embedding), 0.02);
            Assert.Equal(g.GetProperty("fires").GetBoolean(), rule.Fires(embedding));
        }
    }

    [Fact]
    public void A_check_shows_the_nearest_background_and_the_expected_false_alarms()
    {
        var check = SemanticRule.Compile(text.Model, Cancel, [], falseAlarm: 0.01).Check(text.Model.Background, nearest: 8);
        Assert.Equal(8, check.Nearest.Count);
        Assert.Equal(check.Nearest.OrderByDescending(n => n.Score), check.Nearest);
        Assert.InRange(check.FalseAlarms, 0.0, 0.01);
        Assert.Contains("cancel", check.OwnMeanings);
        Assert.DoesNotContain(check.Nearest, n => n.Utterance.Label == "cancel");
        Assert.Equal(Cancel.Length, check.Examples.Count);
    }

    [Fact]
    public void A_given_threshold_is_taken_as_it_is() =>
        Assert.Equal(0.8f, SemanticRule.Compile(text.Model, Cancel, [], threshold: 0.8f).Threshold);

    [Fact]
    public void One_example_is_a_rule()
    {
        var rule = SemanticRule.Compile(text.Model, Cancel[..1], []);
        Assert.True(rule.Fires(text.Embed("i want to cancel my contract")));
        Assert.False(rule.Fires(text.Embed("what time do you open tomorrow")));
        Assert.Empty(rule.LeaveOneOut());
    }

    [Fact]
    public void A_counter_example_silences_its_own_example()
    {
        var rule = SemanticRule.Compile(text.Model, Cancel, Cancel[..1]);
        Assert.True(rule.Score(text.Embed(Cancel[0])) < SemanticRule.Compile(text.Model, Cancel, []).Score(text.Embed(Cancel[0])));
        Assert.True(float.IsFinite(rule.Threshold));
    }

    [Fact]
    public void Bad_rules_are_refused()
    {
        Assert.Throws<BadInputException>(() => SemanticRule.Compile(text.Model, [], []));
        Assert.Throws<BadInputException>(() => SemanticRule.Compile(text.Model, Cancel, [" "]));
        Assert.Throws<BadInputException>(() => SemanticRule.Compile(text.Model, Cancel, [], falseAlarm: 1));
    }
}
