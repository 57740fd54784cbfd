using SpeechQA.Engine.Calls.Legs;

namespace SpeechQA.Engine.Tests.Calls.Legs;

public sealed class SpeechLevelTests
{
    private readonly SpeechLevel _level = new();

    [Fact]
    public void Nothing_is_told_before_a_second_of_voice()
    {
        Add(-20, frames: 30);
        Assert.Null(_level.Level);
        Add(-20, frames: 1);
        Assert.Equal(-20, _level.Level);
    }

    [Fact]
    public void It_is_a_mean_of_power_and_follows_the_line()
    {
        for (var i = 0; i < 100; i++) Add(i % 2 == 0 ? -10 : -60, frames: 1);
        Assert.InRange(_level.Level!.Value, -13.2, -12.8);
        Add(-30, frames: 600);
        Assert.InRange(_level.Level!.Value, -30, -29.5);
    }

    private void Add(float level, int frames)
    {
        for (var i = 0; i < frames; i++) _level.Add(level);
    }
}
