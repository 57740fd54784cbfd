using SpeechQA.Engine.Inflection;

namespace SpeechQA.Engine.Tests.Inflection;

public class ScoreBaselineTests
{
    private static readonly BaselineSettings Settings = new(InflectionScores.All(-3), Strength: 0.5, SiteStrength: 0, PriorS: 6, Clip: 3,
        MemoryS: 60, Below: 0.5);

    [Fact]
    public void Before_any_calm_speech_logits_pass_unchanged() =>
        Assert.Equal(InflectionScores.All(1.5), new ScoreBaseline(Settings, null, 0).Apply(InflectionScores.All(1.5)));

    [Fact]
    public void Own_mean_is_shrunk_to_the_sites_and_half_of_it_is_subtracted()
    {
        var baseline = new ScoreBaseline(Settings, null, 0);
        for (var i = 0; i < 12; i++) baseline.Add(InflectionScores.All(-1), 0.5);
        // 6 s at -1 and a prior worth 6 s at -3: -2, which is 1 above the site; half of that is taken off.
        Assert.Equal(6, baseline.OwnSeconds, 1e-9);
        Assert.Equal(-0.5, baseline.Apply(InflectionScores.All(0)).Anger, 1e-9);
    }

    [Fact]
    public void A_logit_far_from_the_site_enters_clipped()
    {
        var baseline = new ScoreBaseline(Settings, null, 0);
        baseline.Add(InflectionScores.All(9), 0.5);
        Assert.Equal(0, baseline.Mean.Negative, 1e-9);
    }

    [Fact]
    public void Memory_forgets_beyond_sixty_seconds()
    {
        var baseline = new ScoreBaseline(Settings, null, 0);
        for (var i = 0; i < 200; i++) baseline.Add(InflectionScores.All(-4), 0.5);
        Assert.Equal(60, baseline.OwnSeconds, 1e-9);
        for (var i = 0; i < 1000; i++) baseline.Add(InflectionScores.All(-2), 0.5);
        Assert.Equal(-2, baseline.Mean.Arousal, 0.01);
    }

    [Fact]
    public void Speech_without_length_changes_nothing()
    {
        var baseline = new ScoreBaseline(Settings, null, 0);
        baseline.Add(InflectionScores.All(-1), 0);
        Assert.Equal(-3, baseline.Mean.Anger);
    }

    [Fact]
    public void A_known_site_moves_the_logit_by_its_strength() =>
        Assert.Equal(1.0, new ScoreBaseline(Settings, InflectionScores.All(-2), 1).Apply(InflectionScores.All(2)).Anger, 1e-9);
}
