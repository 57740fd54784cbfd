using System.Globalization;
using Spectre.Console;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Analysis;

namespace SpeechQA.Host.Output;

/// <summary>
/// Writes an analysed call for a person: what was said by whom, each alert at the place where it was decided, the facts last. In colour on
/// a terminal; alerts are told by a mark and their severity as well, so nothing hangs on colour.
/// </summary>
internal static class CallText
{
    private readonly record struct Line(long Position, int Rank, string Time, string Who, string Text, string Style);

    /// <summary>Plain lines.</summary>
    public static void WritePlain(TextWriter output, CallAnalysis call)
    {
        output.WriteLine(Heading(call));
        foreach (var line in LinesOf(call)) output.WriteLine($"{line.Time}  {line.Who,-10}  {line.Text}");
        if (call.Facts is not null)
            foreach (var line in FactLines.Of(call.Facts)) output.WriteLine($"   facts   {line}");
        foreach (var warning in call.Warnings) output.WriteLine($"warning: {WarningLine.Of(warning)}");
        output.WriteLine();
    }

    /// <summary>A panel with colours.</summary>
    public static void WriteDrawn(IAnsiConsole console, CallAnalysis call)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var line in LinesOf(call))
        {
            var style = Style.Parse(line.Style);
            grid.AddRow(new Text(line.Time, new Style(Color.Grey)), new Text(line.Who, style), new Text(line.Text, style));
        }
        if (call.Facts is not null)
            foreach (var line in FactLines.Of(call.Facts))
                grid.AddRow(new Text(""), new Text("facts", new Style(Color.Grey)), new Text(line));
        foreach (var warning in call.Warnings)
            grid.AddRow(new Text(""), new Text("warning", new Style(Color.Yellow)), new Text(WarningLine.Of(warning)));
        console.Write(new Panel(grid).Header(Markup.Escape(Heading(call))).RoundedBorder().Expand());
    }

    private static string Heading(CallAnalysis call) => string.Create(CultureInfo.InvariantCulture,
        $"{call.Source}  {Clock(call.Duration)}  {call.Language ?? "no speech"}  {call.Alerts.Count} "
        + $"alert{(call.Alerts.Count == 1 ? "" : "s")}");

    private static IEnumerable<Line> LinesOf(CallAnalysis call) => LinesOf(call, new LegNames(call.Parties));

    private static IEnumerable<Line> LinesOf(CallAnalysis call, LegNames legs) => call.Utterances
        .Select(u => new Line(u.Start, 0, At(u.Start), legs[u.Leg], u.Text, u.Party == Party.Agent ? "blue" : "default"))
        .Concat(call.Alerts.Select(a =>
            new Line(a.Start, 1, At(a.Start), $"! {SeverityName.Of(a.Severity)}", About(a, legs), StyleOf(a.Severity))))
        .OrderBy(l => l.Position).ThenBy(l => l.Rank);

    private static string About(Alert a, LegNames legs) => $"{a.Name} ({a.Rule}, {(a.Leg < 0 ? "call" : legs[a.Leg])}): {a.Summary}";

    private static string StyleOf(Severity severity) => severity switch
    {
        Severity.Critical => "bold red",
        Severity.Warning => "yellow",
        _ => "green",
    };

    private static string At(long position) => Clock(AudioTime.Seconds(position));

    private static string Clock(double seconds)
    {
        var tenths = (long)Math.Round(seconds * 10);
        return string.Create(CultureInfo.InvariantCulture, $"{tenths / 600,2}:{tenths / 10 % 60:00}.{tenths % 10}");
    }
}
