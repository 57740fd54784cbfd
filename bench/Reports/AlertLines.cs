using System.Globalization;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Host.Analysis;

namespace SpeechQA.Bench.Reports;

/// <summary>Lines under an alert of a report: why it was raised, and what was said there.</summary>
internal static class AlertLines
{
    /// <summary>Seconds of transcript shown around a miss or a false alarm.</summary>
    private const double Around = 3;

    /// <summary>An alert's summary and evidence, indented.</summary>
    public static void WriteEvidence(TextWriter output, Alert alert)
    {
        output.WriteLine($"       alert: {alert.Summary}");
        foreach (var item in alert.Evidence)
            output.WriteLine($"       {item.Kind}: {item.Text ?? Measured(item)} "
                + $"({item.How}{(item.Pattern is null ? "" : $", {item.Pattern}")})");
    }

    private static string Measured(Evidence item) => item.Value is null ? "no words" : $"{ReportText.Text(item.Value)} {item.Unit}";

    /// <summary>What was said around a stretch, indented.</summary>
    /// <param name="party">Whose words; null: everybody's.</param>
    public static void WriteHeard(TextWriter output, CallAnalysis? call, double start, double end, string? party)
    {
        foreach (var u in call?.Utterances ?? [])
        {
            var (from, to, who) = (AudioTime.Seconds(u.Start), AudioTime.Seconds(u.End), PartyName.Of(u.Party));
            if (from <= end + Around && to >= start - Around && (party is null or "both" or "unknown" || who == party))
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"       heard {from:F2}-{to:F2} {who}: {u.Text}"));
        }
    }
}
