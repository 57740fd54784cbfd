using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Tests.Speech.Recognition;

public sealed class LegLanguageTests
{
    private static double[] Odds(double english) => [Math.Log(english), Math.Log(1 - english)];

    [Fact]
    public void A_given_language_is_locked() => Assert.Equal("fr", new LegLanguage("fr").Locked);

    [Fact]
    public void Short_utterances_do_not_vote()
    {
        var language = new LegLanguage("en", "fr");
        Assert.Equal("fr", language.Decide(Odds(0.01), 1.4));
        Assert.False(language.IsLocked);
        Assert.Equal("en", language.Decide(Odds(0.9), 2));
        Assert.Equal("en", language.Decide(Odds(0.01), 0.8));
    }

    [Fact]
    public void A_clear_lead_locks_and_stays()
    {
        var language = new LegLanguage("en", "fr");
        language.Decide(Odds(0.9), 2);
        Assert.False(language.IsLocked);
        language.Decide(Odds(0.98), 2);
        Assert.Equal("en", language.Locked);
        Assert.Equal("en", language.Decide(Odds(0.001), 9));
    }

    [Fact]
    public void A_fork_votes_alone()
    {
        var language = new LegLanguage("en", "fr");
        var fork = language.Fork();
        fork.Decide(Odds(0.9999), 3);
        Assert.True(fork.IsLocked);
        Assert.False(language.IsLocked);
    }
}
