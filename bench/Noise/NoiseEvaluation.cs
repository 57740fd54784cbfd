using SpeechQA.Host.Analysis;

namespace SpeechQA.Bench.Noise;

/// <summary>
/// What <c>evaluate noise</c> measures: calls that hold no speech, through the engine and its rules. Whatever text or alert
/// comes of them is wrong.
/// </summary>
internal sealed class NoiseEvaluation(CallAnalyzer analyzer)
{
    /// <summary>Longest call, seconds.</summary>
    public const double CallSeconds = 120;

    private readonly List<(NoiseKind Kind, CallAnalysis Call)> _calls = [];

    /// <summary>By kind, then number.</summary>
    public IReadOnlyList<(NoiseKind Kind, CallAnalysis Call)> Calls => _calls;

    /// <summary>The calls of a run: the seconds are shared evenly by the kinds.</summary>
    public static IReadOnlyList<(NoiseKind Kind, int Number, double Seconds)> Plan(double seconds)
    {
        var share = seconds / NoiseKind.All.Count;
        var calls = (int)Math.Ceiling(share / CallSeconds);
        return [.. NoiseKind.All.SelectMany(kind => Enumerable.Range(0, calls).Select(number => (kind, number, share / calls)))];
    }

    public async Task RunAsync(double seconds, int seed, int atOnce, Action done, CancellationToken cancellation)
    {
        var outcomes = OrderedRun.RunAsync(Plan(seconds), atOnce, async (call, stop) => (call.Kind, Call: await analyzer.AnalyzeAsync(
            new NoiseRecording(call.Kind, call.Number, call.Seconds, seed), $"{call.Kind.Name} {call.Number + 1}", new AnalysisSettings(),
                stop).ConfigureAwait(false)), cancellation);
        await foreach (var (kind, call) in outcomes.ConfigureAwait(false))
        {
            _calls.Add((kind, call));
            done();
        }
    }
}
