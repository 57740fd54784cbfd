using System.Globalization;
using System.Text.Json.Nodes;
using SpeechQA.Bench.Reports;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Analysis;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.Calls;

/// <summary>The alerts of calls of which no truth is known: how many an hour, and each with its evidence for a person to judge.</summary>
internal sealed class AlertList
{
    private readonly List<CallAnalysis> _calls = [];

    /// <summary>What could not be used, one line each.</summary>
    public List<string> Faults { get; } = [];

    public double Hours => _calls.Sum(c => c.Duration) / 3600;

    public async Task RunAsync(CallAnalyzer analyzer, IReadOnlyList<AnalysisInput> inputs, AnalysisSettings settings, int atOnce,
        Action done, CancellationToken cancellation)
    {
        await foreach (var outcome in OrderedRun.RunAsync(inputs, atOnce, (input, stop) =>
            analyzer.AnalyzeAsync(input, settings, stop), cancellation).ConfigureAwait(false))
        {
            _calls.AddRange(outcome.Calls);
            if (outcome.Fault is not null) Faults.Add(outcome.Fault);
            done();
        }
    }

    public void Write(ConsoleOutput console)
    {
        foreach (var call in _calls)
        {
            foreach (var alert in call.Alerts)
            {
                var scored = CallEvaluation.Scored(alert);
                console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"alert  {call.Source,-36} {alert.Rule,-20} {scored.Party,-8} {scored.Start,7:F2}-{scored.End,-7:F2}"));
                AlertLines.WriteEvidence(console.Out, alert);
                AlertLines.WriteHeard(console.Out, call, scored.Start, scored.End ?? scored.Start, null);
            }
        }
        console.Out.WriteLine();
        CallTable().Write(console);
        console.Out.WriteLine();
        RuleTable().Write(console);
    }

    public void WriteJson(string path) => File.WriteAllText(path, new JsonObject
    {
        ["hours"] = Math.Round(Hours, 4),
        ["alerts"] = new JsonArray([.. _calls.SelectMany(c => c.Alerts.Select(a => new JsonObject
        {
            ["call"] = c.Source, ["rule"] = a.Rule, ["party"] = PartyName.Of(a.Party), ["start"] = AudioTime.Rounded(a.Start),
                ["end"] = AudioTime.Rounded(a.End), ["summary"] = a.Summary,
        }))]),
    }.ToJsonString(ReportText.Json) + "\n");

    private ReportTable CallTable()
    {
        var table = new ReportTable(new("call", false), new("seconds"), new("utterances"), new("alerts"));
        foreach (var call in _calls)
            table.Add(call.Source, call.Duration.ToString("F1", CultureInfo.InvariantCulture), ReportText.Text(call.Utterances.Count),
                ReportText.Text(call.Alerts.Count));
        return table;
    }

    private ReportTable RuleTable()
    {
        var table = new ReportTable(new("rule", false), new("alerts"), new("an hour"));
        var alerts = _calls.SelectMany(c => c.Alerts).ToList();
        foreach (var rule in alerts.GroupBy(a => a.Rule).OrderBy(g => g.Key, StringComparer.Ordinal))
            table.Add(rule.Key, ReportText.Text(rule.Count()), AnHour(rule.Count()));
        table.Add("all", ReportText.Text(alerts.Count), AnHour(alerts.Count));
        return table;
    }

    private string AnHour(int count) => ReportText.Text(Hours > 0 ? count / Hours : null);
}
