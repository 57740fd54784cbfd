using SpeechQA.Engine.Facts;

namespace SpeechQA.Engine.Tests.Facts;

public sealed class SentimentSumsTests
{
    private const long Second = 16_000;

    [Fact]
    public void Quarters_are_means_weighted_by_words_and_empty_ones_are_null()
    {
        var sums = new SentimentSums();
        sums.Add(-0.8, 10, 5 * Second);
        sums.Add(0.4, 30, 10 * Second);
        sums.Add(0.09, 10, 55 * Second); // neutral counts as 0
        sums.Add(1, 10, 95 * Second);
        var facts = sums.Facts(100 * Second)!;
        Assert.Equal([0.1, null, 0, 1], facts.Quarters);
        Assert.Equal(0.233, facts.Overall);
        Assert.InRange(facts.Lowest, -0.8, -0.2);
        Assert.InRange(facts.End, 0.2, 0.6);
    }

    [Fact]
    public void Nothing_said_is_no_sentiment() => Assert.Null(new SentimentSums().Facts(100 * Second));

    [Theory]
    [InlineData(100)]
    [InlineData(3_000)]
    [InlineData(40_000)]
    public void Long_calls_keep_their_quarters(int seconds)
    {
        var sums = new SentimentSums();
        for (var at = 1; at < seconds; at += 2) sums.Add(at * 4 / seconds is 0 or 3 ? -0.5 : 0.5, 5, at * Second);
        var quarters = sums.Facts(seconds * Second)!.Quarters;
        Assert.Equal([-0.5, 0.5, 0.5, -0.5], quarters.Select(q => Math.Round(q!.Value, 1)));
    }
}
