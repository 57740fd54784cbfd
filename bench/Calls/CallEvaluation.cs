using System.Text.Json.Nodes;
using SpeechQA.Bench.Reports;
using SpeechQA.Bench.Scoring;
using SpeechQA.Bench.Truth;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Analysis;

namespace SpeechQA.Bench.Calls;

/// <summary>Analyses sample calls and scores their alerts against the truth.</summary>
internal sealed class CallEvaluation(CallAnalyzer analyzer)
{
    private readonly Dictionary<string, CallAnalysis> _calls = [];

    private readonly List<SecretLeak> _leaks = [];
    private readonly List<RaisedTurns> _raised = [];

    public AlertScore Score { get; } = new();

    /// <summary>The facts of the calls against those of the truth.</summary>
    public List<FactCheck> Facts { get; } = [];

    /// <summary>Where secrets of the truth can be read.</summary>
    public IReadOnlyList<SecretLeak> Leaks => _leaks;

    /// <summary>What was said of the voice in each call.</summary>
    public IReadOnlyList<RaisedTurns> Raised => _raised;

    /// <summary>What could not be used, one line each.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>What was heard, by the call's id in its truth file.</summary>
    public IReadOnlyDictionary<string, CallAnalysis> Calls => _calls;

    /// <param name="language">A code or <c>auto</c>; null: as the truth says.</param>
    /// <param name="alerts">Folder that gets <c>NAME.alerts.json</c> of every call, or null.</param>
    public async Task RunAsync(IReadOnlyList<SampleCall> samples, string? language, string? alerts, int atOnce, Action done,
        CancellationToken cancellation)
    {
        if (alerts is not null) Directory.CreateDirectory(alerts);
        var outcomes = OrderedRun.RunAsync(samples, atOnce, async (sample, stop) =>
            (sample, await analyzer.AnalyzeAsync(new AnalysisInput(sample.Path, sample.Name),
            new AnalysisSettings(language ?? sample.Truth.Call.Language[..2], LabelledAudio.AgentChannelOf(sample.Truth)), stop)
                .ConfigureAwait(false)), cancellation);
        await foreach (var (sample, outcome) in outcomes.ConfigureAwait(false))
        {
            if (outcome.Fault is not null) Faults.Add(outcome.Fault);
            if (outcome.Calls is [var call, ..])
            {
                _calls[sample.Truth.Call.Id] = call;
                _leaks.AddRange(SecretLeaks.Of(call, sample.Truth));
                _raised.Add(RaisedTurns.Of(call, sample.Truth));
                if (call.Facts is { } facts) Facts.AddRange(FactCheck.Of(facts, sample.Truth));
            }
            var scored = outcome.Calls.SelectMany(c => c.Alerts).Select(Scored).ToList();
            Score.Add(scored, sample.Truth);
            if (alerts is not null) File.WriteAllText(Path.Combine(alerts, sample.Name + ".alerts.json"), Document(scored));
            done();
        }
    }

    /// <summary>The alert as it is scored: times as they are written, sent when it was decided.</summary>
    public static ScoredAlert Scored(Alert a) =>
        new(a.Rule, PartyName.Of(a.Party), AudioTime.Rounded(a.Start), AudioTime.Rounded(a.End), AudioTime.Rounded(a.Decided));

    private static string Document(IEnumerable<ScoredAlert> alerts) => new JsonObject
    {
        ["alerts"] = new JsonArray([.. alerts.Select(a => new JsonObject
        {
            ["rule"] = a.Rule,
            ["party"] = a.Party,
            ["start"] = a.Start,
            ["end"] = a.End,
            ["raised_at"] = a.RaisedAt,
        })]),
    }.ToJsonString(ReportText.Json) + "\n";
}
