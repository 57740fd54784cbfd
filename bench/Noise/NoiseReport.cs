using System.Globalization;
using System.Text.Json.Nodes;
using SpeechQA.Bench.Reports;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Analysis;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.Noise;

/// <summary>Shows and stores what came of calls without speech: each text and alert, and how many an hour of each kind.</summary>
internal static class NoiseReport
{
    private sealed record Row(string Kind, double Seconds, int Texts, int Alerts)
    {
        public double AlertsAnHour => Seconds > 0 ? Alerts * 3600 / Seconds : 0;
    }

    public static void Write(ConsoleOutput console, NoiseEvaluation evaluation)
    {
        foreach (var (_, call) in evaluation.Calls) WriteCall(console.Out, call);
        var table = new ReportTable(new("kind", false), new("seconds"), new("texts"), new("alerts"), new("alerts an hour"));
        foreach (var row in Rows(evaluation))
            table.Add(row.Kind, row.Seconds.ToString("F0", CultureInfo.InvariantCulture), ReportText.Text(row.Texts),
                ReportText.Text(row.Alerts), ReportText.Text(row.AlertsAnHour));
        table.Write(console);
    }

    public static void WriteJson(string path, NoiseEvaluation evaluation) => File.WriteAllText(path, new JsonObject
    {
        ["kinds"] = new JsonArray([.. Rows(evaluation).Select(r => new JsonObject
        {
            ["kind"] = r.Kind, ["seconds"] = Math.Round(r.Seconds, 1), ["texts"] = r.Texts, ["alerts"] = r.Alerts,
                ["alerts_an_hour"] = Math.Round(r.AlertsAnHour, 2),
        })]),
    }.ToJsonString(ReportText.Json) + "\n");

    private static IEnumerable<Row> Rows(NoiseEvaluation evaluation) => evaluation.Calls
        .GroupBy(c => c.Kind.Name, c => c.Call).Select(g => RowOf(g.Key, g))
        .Append(RowOf("all", evaluation.Calls.Select(c => c.Call)));

    private static Row RowOf(string kind, IEnumerable<CallAnalysis> calls) =>
        new(kind, calls.Sum(c => c.Duration), calls.Sum(c => c.Utterances.Count), calls.Sum(c => c.Alerts.Count));

    private static void WriteCall(TextWriter output, CallAnalysis call)
    {
        foreach (var u in call.Utterances)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"text   {call.Source,-16} {PartyName.Of(u.Party),-8} {AudioTime.Seconds(u.Start),7:F2}-{AudioTime.Seconds(u.End),-7:F2} "
                + $"{u.Text.Trim()} (confidence {u.Confidence:F2})"));
        foreach (var a in call.Alerts)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"alert  {call.Source,-16} {PartyName.Of(a.Party),-8} {AudioTime.Seconds(a.Start),7:F2}-{AudioTime.Seconds(a.End),-7:F2} "
                + $"{a.Rule}"));
            AlertLines.WriteEvidence(output, a);
        }
    }
}
