using SpeechQA.Bench.Load.Measuring;
using SpeechQA.Bench.Truth;

namespace SpeechQA.Bench.Tests.Load;

public sealed class PhraseMatchingTests
{
    private static TruthEvent Said(double start, double end, string type = "cancellation_threat", string party = "customer") =>
        new(type, party, start, end, "words") { PhraseEnd = end };

    private static HeardAlert Heard(double start, double end, string rule = "cancellation", string party = "customer", long received = 1) =>
        new($"{rule}-{end}", rule, party, start, end, received);

    [Fact]
    public void An_alert_answers_the_phrase_whose_end_is_nearest_to_its_own()
    {
        var (first, second) = (Heard(10, 11.1), Heard(14, 15.2));
        var outcomes = PhraseMatching.Match([Said(10, 11), Said(14, 15)], [second, first]);
        Assert.Equal([first, second], outcomes.Select(o => o.Alert));
        Assert.All(outcomes, o => Assert.True(o.Found));
    }

    [Fact]
    public void One_alert_over_two_phrases_finds_both_and_gives_the_delay_of_one()
    {
        var only = Heard(10, 12.9);
        var outcomes = PhraseMatching.Match([Said(10, 11.5), Said(12, 13)], [only]);
        Assert.Equal([true, true], outcomes.Select(o => o.Found));
        Assert.Equal([null, only], outcomes.Select(o => o.Alert));
    }

    [Fact]
    public void An_early_alert_finds_what_its_final_text_added()
    {
        var early = Heard(10, 10.5);
        TruthEvent[] said = [Said(10, 10.6), Said(12, 13)];
        Assert.Equal([true, false], PhraseMatching.Match(said, [early]).Select(o => o.Found));
        early.Evidence = (10, 12.9);
        var outcomes = PhraseMatching.Match(said, [early]);
        Assert.Equal([true, true], outcomes.Select(o => o.Found));
        Assert.Equal([early, null], outcomes.Select(o => o.Alert));
    }

    [Theory]
    [InlineData("legal-threat", "customer", 11)]    // another rule
    [InlineData("cancellation", "agent", 11)]       // another party
    [InlineData("cancellation", "customer", 30)]    // another time
    public void Another_rule_party_or_time_is_no_answer(string rule, string party, double end)
    {
        var outcome = Assert.Single(PhraseMatching.Match([Said(10, 11)], [Heard(end - 1, end, rule, party)]));
        Assert.Equal((false, null), (outcome.Found, outcome.Alert));
    }

    [Fact]
    public void A_withdrawn_alert_found_nothing()
    {
        var withdrawn = Heard(10, 11);
        withdrawn.Withdrawn = true;
        Assert.False(Assert.Single(PhraseMatching.Match([Said(10, 11)], [withdrawn])).Found);
    }
}
