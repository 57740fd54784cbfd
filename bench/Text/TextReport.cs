using System.Globalization;
using System.Text.Json.Nodes;
using SpeechQA.Bench.Reports;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.Text;

/// <summary>Shows and stores the figures of a <see cref="TextEvaluation"/> beside those of the card.</summary>
internal static class TextReport
{
    /// <summary>A figure that differs by more is marked, percentage points.</summary>
    private const double Tolerance = 2;

    public static void Write(ConsoleOutput console, IReadOnlyList<TextFigure> figures,
        IReadOnlyDictionary<(string Table, string Row, string Column), double>? card)
    {
        foreach (var table in figures.GroupBy(f => f.Table))
        {
            console.Out.WriteLine(table.Key);
            var columns = table.Select(f => f.Column).Distinct().ToList();
            var report = new ReportTable([new("row", false), .. columns.Select(c => new ReportColumn(c))]);
            foreach (var row in table.GroupBy(f => f.Row))
                report.Add([row.Key, .. columns.Select(c => row.FirstOrDefault(f => f.Column == c) is { } f ? Cell(f, card) : "-")]);
            report.Write(console);
            console.Out.WriteLine();
        }
        if (card is null) return;
        var known = figures.Where(f => card.ContainsKey(Key(f))).ToList();
        // One utterance of a single meaning is 14 to 20 points: those figures cannot be held to two.
        var pooled = known.Where(f => f.Table != "per meaning").ToList();
        console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"percent; in brackets the difference to the card, marked ! beyond {Tolerance:0} points"));
        console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{pooled.Count(f => Near(f, card))} of {pooled.Count} pooled figures within {Tolerance:0} points of the card, the farthest "
            + $"{pooled.Select(f => Math.Abs(f.Value - card[Key(f)])).DefaultIfEmpty(0).Max():F2}; ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{known.Count(f => f.Table == "per meaning" && Near(f, card))} of {known.Count - pooled.Count} of single meanings"));
    }

    public static void WriteJson(string path, IReadOnlyList<TextFigure> figures,
        IReadOnlyDictionary<(string Table, string Row, string Column), double>? card) =>
        File.WriteAllText(path, new JsonArray([.. figures.Select(f => new JsonObject
        {
            ["table"] = f.Table, ["row"] = f.Row, ["column"] = f.Column, ["value"] = Math.Round(f.Value, 2),
            ["card"] = card is not null && card.TryGetValue(Key(f), out var stated) ? stated : null,
        })]).ToJsonString(ReportText.Json) + "\n");

    private static string Cell(TextFigure f, IReadOnlyDictionary<(string Table, string Row, string Column), double>? card) =>
        card is not null && card.TryGetValue(Key(f), out var stated)
            ? string.Create(CultureInfo.InvariantCulture, $"{f.Value:F1} ({f.Value - stated:+0.0;-0.0;0.0}){(Near(f, card) ? "" : "!")}")
            : f.Value.ToString("F1", CultureInfo.InvariantCulture);

    // The card is rounded to a tenth.
    private static bool Near(TextFigure f, IReadOnlyDictionary<(string Table, string Row, string Column), double> card) =>
        Math.Abs(f.Value - card[Key(f)]) <= Tolerance + 0.05;

    private static (string, string, string) Key(TextFigure f) => (f.Table, f.Row, f.Column);
}
