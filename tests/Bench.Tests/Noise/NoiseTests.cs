using SpeechQA.Bench.Noise;
using SpeechQA.Host;
using SpeechQA.Host.Analysis;

namespace SpeechQA.Bench.Tests.Noise;

public sealed class NoiseTests
{
    public static TheoryData<string> Kinds => [.. NoiseKind.All.Select(k => k.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_same_seed_gives_the_same_sound_and_another_another(string name)
    {
        var kind = NoiseKind.All.Single(k => k.Name == name);
        var first = await HearAsync(kind, 1, 7);
        Assert.Equal(first, await HearAsync(kind, 1, 7));
        Assert.NotEqual(first, await HearAsync(kind, 1, 8));
        Assert.NotEqual(first, await HearAsync(kind, 2, 7));
        Assert.Equal(2 * 10 * 8_000, first.Length);
        // On a telephone line: neither silent all along nor driven into the limits.
        Assert.InRange(first.Count(s => s != 0), first.Length / 20, first.Length);
        Assert.InRange(first.Count(s => Math.Abs((int)s) > 32_000), 0, first.Length / 100);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(840)]
    [InlineData(3600)]
    public void The_kinds_share_the_time_evenly(double seconds)
    {
        var plan = NoiseEvaluation.Plan(seconds);
        Assert.Equal(seconds, plan.Sum(c => c.Seconds), 6);
        Assert.All(plan, c => Assert.InRange(c.Seconds, 0, NoiseEvaluation.CallSeconds));
        Assert.All(plan.GroupBy(c => c.Kind), g => Assert.Equal(seconds / NoiseKind.All.Count, g.Sum(c => c.Seconds), 6));
    }

    /// <summary>Real models and the default rules; longer than the deadline of the recording notice.</summary>
    [Fact]
    public async Task Without_speech_there_is_no_text_and_no_alert()
    {
        await using var setup = EngineSetup.Load(new EngineOptions { Workers = 1 });
        var evaluation = new NoiseEvaluation(new CallAnalyzer(setup.Engine));
        await evaluation.RunAsync(28 * NoiseKind.All.Count, seed: 3, atOnce: 2, () => { }, default);
        Assert.Equal(NoiseKind.All.Select(k => k.Name), evaluation.Calls.Select(c => c.Kind.Name));
        Assert.Empty(evaluation.Calls.SelectMany(c => c.Call.Utterances.Select(u => $"{c.Call.Source}: {u.Text}")));
        Assert.Empty(evaluation.Calls.SelectMany(c => c.Call.Alerts.Select(a => $"{c.Call.Source}: {a.Rule} {a.Summary}")));
    }

    private static async Task<short[]> HearAsync(NoiseKind kind, int number, int seed)
    {
        await using var recording = new NoiseRecording(kind, number, 10, seed);
        var samples = new short[2 * (int)recording.Frames!];
        Assert.Equal(recording.Frames, await recording.ReadAsync(samples));
        Assert.Equal(0, await recording.ReadAsync(new short[8]));
        return samples;
    }
}
