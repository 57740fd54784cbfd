using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Tests.TextModels;

[Collection(TextModelCollection.Name)]
public sealed class CallSentimentTests(TextModelFixture text)
{
    [Fact]
    public void Golden_call_is_exact()
    {
        var sentiment = new CallSentiment();
        foreach (var g in text.Golden.GetProperty("call_sentiment").EnumerateArray())
            Assert.Equal(g.GetProperty("level").GetDouble(), sentiment.Add(g.GetProperty("score").GetDouble(), g.GetProperty("words")
                .GetInt32()), 1e-6);
        Assert.Equal(sentiment.Levels.Min(), sentiment.Lowest);
    }

    [Fact]
    public void The_trend_compares_the_last_utterances_with_those_before()
    {
        var sentiment = new CallSentiment();
        for (var i = 0; i < 3; i++) sentiment.Add(0.5, 1000);
        Assert.Equal(0, sentiment.Trend(2));
        for (var i = 0; i < 2; i++) sentiment.Add(-0.5, 1000);
        Assert.Equal(-1, sentiment.Trend(2), 1e-6);
    }
}
