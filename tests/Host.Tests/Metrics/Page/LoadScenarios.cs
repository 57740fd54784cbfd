using Microsoft.Extensions.Time.Testing;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Host.Tests.Metrics.Page;

/// <summary>What is given up under load: the recogniser is behind, or says so.</summary>
internal static class LoadScenarios
{
    public static IReadOnlyList<MetricScenario> All { get; } =
    [
        new("partials that never come", ["speechqa_shed_total{kind=partial}"],
            () => CallScenarios.PlayAsync(new HeardRecognizer(_ => "yes",
                r => r.Kind == RecognitionKind.Partial ? Task.Delay(Timeout.Infinite) : Task.CompletedTask))),
        new("a recogniser that is far behind", ["speechqa_shed_total{kind=inflection}"],
            () => CallScenarios.PlayAsync(new HeardRecognizer(_ => "yes") { Backlog = 8 },
                new Play { Partials = false, Inflection = true })),
        new("finals that wait too long", ["speechqa_shed_total{kind=final}"], SlowFinalsAsync),
    ];

    /// <summary>Every request takes a second of the clock; the first ten never come.</summary>
    private static async Task SlowFinalsAsync()
    {
        var time = new FakeTimeProvider();
        var count = 0;
        await CallScenarios.PlayAsync(new HeardRecognizer(_ => "yes", _ =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return Interlocked.Increment(ref count) <= 10 ? Task.Delay(Timeout.Infinite) : Task.CompletedTask;
        }), new Play { Time = time, Partials = false });
    }
}
