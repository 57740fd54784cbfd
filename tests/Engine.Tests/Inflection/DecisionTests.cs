using SpeechQA.Engine.Inflection;

namespace SpeechQA.Engine.Tests.Inflection;

public class DecisionTests
{
    private static readonly DecisionSettings Settings = new(InflectionTarget.Anger, SmoothWindows: 3, On: 0.9, Off: 0.7, OnWindows: 2,
        OffWindows: 4, MinSpeechS: 4, PauseS: 15);

    [Fact]
    public void Fires_once_when_the_mean_stays_up_in_two_windows_running()
    {
        var decision = new AlertDecision(Settings);
        var fired = Play(decision, [0.1, 0.95, 0.95, 0.95, 0.95, 0.95]);
        // The mean is up at the fourth value (0.95 three times) and still at the fifth.
        Assert.Equal([false, false, false, false, true, false], fired);
        Assert.True(decision.On);
    }

    [Fact]
    public void Goes_off_after_four_windows_below_and_pauses_before_the_next_alert()
    {
        var decision = new AlertDecision(Settings);
        Assert.Single(Play(decision, [1, 1, 1]), f => f);
        Play(decision, [0, 0, 0, 0, 0], from: 2);
        Assert.False(decision.On);
        Assert.DoesNotContain(true, Play(decision, [1, 1, 1, 1, 1], from: 8));
        Assert.True(decision.On);
        Play(decision, [0, 0, 0, 0, 0], from: 12);
        Assert.Single(Play(decision, [1, 1, 1, 1, 1], from: 20), f => f);
    }

    [Fact]
    public void Waits_for_enough_speech_of_the_leg()
    {
        var decision = new AlertDecision(Settings);
        Assert.DoesNotContain(true, Play(decision, [1, 1, 1, 1, 1], speech: 3.9));
        Assert.False(decision.On);
        Assert.True(decision.Next(1, 10, 4));
    }

    [Fact]
    public void Watch_needs_both_the_score_and_a_raised_voice_of_the_last_three_seconds()
    {
        var watch = new WatchDecision(new WatchSettings(On: 0.5, OnWindows: 2, RaisedWithinS: 3, PauseS: 15));
        Assert.False(watch.Next(0.8, 9));
        Assert.False(watch.Next(0.8, 9.5));
        watch.Raised(10);
        Assert.False(watch.Next(0.8, 10));
        Assert.True(watch.Next(0.8, 10.5));
        Assert.False(watch.Next(0.8, 11));
        Assert.False(watch.Next(0.4, 11.5));
        Assert.False(watch.Next(0.8, 13.5));
        // Paused until 25.5, and by then the raised voice is old.
        Assert.False(watch.Next(0.8, 26));
        watch.Raised(26);
        Assert.False(watch.Next(0.8, 26));
        Assert.True(watch.Next(0.8, 26.5));
    }

    private static List<bool> Play(AlertDecision decision, double[] probabilities, double from = 0, double speech = 10) =>
        [.. probabilities.Select((p, i) => decision.Next(p, from + i * 0.5, speech))];
}
