namespace SpeechQA.Host.Tests.Metrics.Page;

/// <summary>Something that happens, and the metrics that it must move.</summary>
/// <param name="Name">For the test's name.</param>
/// <param name="Moves">As <see cref="MetricSeries.Parse"/> reads them.</param>
/// <param name="RunAsync">Makes it happen; done when it has.</param>
internal sealed record MetricScenario(string Name, string[] Moves, Func<Task> RunAsync)
{
    public static IReadOnlyList<MetricScenario> All { get; } =
        [.. CallScenarios.All, .. LoadScenarios.All, .. RtpScenarios.All, .. ServerScenarios.All];

    public IReadOnlyList<MetricSeries> Series => [.. Moves.Select(MetricSeries.Parse)];
}
