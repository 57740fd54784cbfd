using System.Globalization;
using System.Text.Json.Nodes;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.Calls;

/// <summary>Shows and stores how the facts of sample calls compare with the truth.</summary>
internal static class FactReport
{
    public static void Write(ConsoleOutput console, IReadOnlyList<FactCheck> checks)
    {
        if (checks.Count == 0) return;
        var answers = new ReportTable(new("fact", false), new("compared"), new("right"));
        foreach (var fact in checks.Where(c => c.Right is not null).GroupBy(c => c.Fact))
            answers.Add(fact.Key, Text(fact.Count()), Text(fact.Count(c => c.Right == true)));
        var figures = new ReportTable(new("figure", false), new("compared"), new("known"), new("mean difference"), new("mean absolute"),
            new("largest"));
        foreach (var figure in checks.Where(c => c.Right is null).GroupBy(c => c.Fact))
        {
            var known = figure.Where(c => c.Difference is not null).Select(c => c.Difference!.Value).ToList();
            figures.Add(figure.Key, Text(figure.Count()), Text(known.Count), Mean(known), Mean(known.ConvertAll(Math.Abs)), known.Count == 0
                ? "-" : Text(known.Max(Math.Abs)));
        }
        answers.Write(console);
        console.Out.WriteLine();
        foreach (var wrong in checks.Where(c => c.Right == false))
            console.Out.WriteLine($"fact   {wrong.Call,-28} {wrong.Fact,-24} true: {wrong.Truth}; found: "
                + $"{wrong.Found}{(wrong.Evidence is null ? "" : $" ({wrong.Evidence})")}");
        console.Out.WriteLine(FactCheck.NotCompared);
        console.Out.WriteLine();
        figures.Write(console);
    }

    public static JsonArray ToJson(IEnumerable<FactCheck> checks) => new([.. checks.Select(c => new JsonObject
    {
        ["call"] = c.Call,
        ["fact"] = c.Fact,
        ["truth"] = c.Truth,
        ["found"] = c.Found,
        ["right"] = c.Right,
        ["difference"] = c.Difference is { } d ? Math.Round(d, 2) : null,
        ["evidence"] = c.Evidence,
    })]);

    private static string Mean(List<double> values) => values.Count == 0 ? "-" : Text(values.Average());

    private static string Text(int n) => n.ToString(CultureInfo.InvariantCulture);

    private static string Text(double x) => x.ToString("F2", CultureInfo.InvariantCulture);
}
