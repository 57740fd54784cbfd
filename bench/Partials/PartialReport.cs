using System.Globalization;
using System.Text.Json.Nodes;
using SpeechQA.Bench.Reports;
using SpeechQA.Bench.Scoring;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.Partials;

/// <summary>Shows and stores the figures of a <see cref="PartialEvaluation"/>.</summary>
internal static class PartialReport
{
    private static readonly string[] PhraseRules = AlertMapping.Groups.First(g => g.Name == "phrases").Rules;

    public static void Write(ConsoleOutput console, PartialEvaluation evaluation)
    {
        CostTable(evaluation).Write(console);
        var (without, scratch, verified) = (Cost(evaluation, PartialMode.None), Cost(evaluation, PartialMode.Scratch),
            Cost(evaluation, PartialMode.Verified));
        var (kept, drafted, tokens) = (verified.Work.Accepted, verified.Work.Drafted, verified.Work.Tokens);
        Line(console, $"draft tokens kept: {kept} of {drafted} ({Share(kept, drafted)}), decoded one by one: {tokens - kept} of {tokens}");
        Line(console,
            $"cost of partials: {verified.Cpu - without.Cpu:F1} s of CPU verified, {scratch.Cpu - without.Cpu:F1} s from scratch; ",
            $"in the decoder {verified.Decoder - without.Decoder:F1} s and {scratch.Decoder - without.Decoder:F1} s");
        console.Out.WriteLine();
        var stable = evaluation.Stability;
        Line(console,
            $"shown: {stable.Partials} partials; stable before the final: {stable.Stable} of {stable.Words} words; ",
            $"of these other in the final: {stable.Wrong} ({Share(stable.Wrong, stable.Stable)}); stable text taken back: {stable.Jumps}");
        var early = evaluation.Early;
        Line(console,
            $"early alerts: {early.Raised}, confirmed {early.Confirmed}, withdrawn {early.Withdrawn.Count} ({early.WithdrawnShare:P1}); ",
            $"phrase alerts that came with the final only: {early.Late}");
        Line(console, $"before the final, s of audio: {Quantiles(early.Leads)}");
        Line(console,
            $"after the end of the phrase in the truth, s of audio: {Quantiles(Delays(early.Score))}; ",
            $"finals alone: {Quantiles(Delays(early.FinalScore))}");
        foreach (var line in early.Withdrawn) console.Out.WriteLine($"withdrawn  {line}");
        var differing = string.Join(", ", evaluation.Differing);
        differing = differing.Length == 0 ? "the same in all three runs" : $"DIFFERENT in {differing}";
        Line(console, $"alerts of the finals: {differing}");
    }

    public static void WriteJson(string path, PartialEvaluation evaluation)
    {
        var (early, stable) = (evaluation.Early, evaluation.Stability);
        File.WriteAllText(path, new JsonObject
        {
            ["audio_seconds"] = Math.Round(evaluation.Audio, 3),
            ["runs"] = new JsonArray([.. evaluation.Costs.Select(c => new JsonObject
            {
                ["mode"] = Name(c.Mode),
                ["cpu"] = Math.Round(c.Cpu, 3),
                ["encoder"] = Math.Round(c.Encoder, 3),
                ["decoder"] = Math.Round(c.Decoder, 3),
                ["partials"] = c.Work.Partials,
                ["tokens"] = c.Work.Tokens,
                ["drafted"] = c.Work.Drafted,
                ["accepted"] = c.Work.Accepted,
            })]),
            ["stable_words"] = stable.Stable,
            ["final_words"] = stable.Words,
            ["stable_wrong"] = stable.Wrong,
            ["stable_taken_back"] = stable.Jumps,
            ["early"] = early.Raised,
            ["confirmed"] = early.Confirmed,
            ["withdrawn"] = early.Withdrawn.Count,
            ["withdrawn_share"] = Math.Round(early.WithdrawnShare, 4),
            ["with_final_only"] = early.Late,
            ["before_final"] = Array(early.Leads),
            ["after_phrase"] = Array(Delays(early.Score)),
            ["after_phrase_finals"] = Array(Delays(early.FinalScore)),
            ["differing"] = new JsonArray([.. evaluation.Differing.Select(d => JsonValue.Create(d))]),
        }.ToJsonString(ReportText.Json) + "\n");
    }

    private static ReportTable CostTable(PartialEvaluation evaluation)
    {
        var table = new ReportTable(new("partials", false), new("number"), new("speech s"), new("tokens"), new("CPU s"),
            new("CPU ms/s of audio"), new("encoder s"), new("decoder s"));
        foreach (var c in evaluation.Costs)
            table.Add(Name(c.Mode), Text(c.Work.Partials), Text(c.Work.Seconds), Text(c.Work.Tokens), Text(c.Cpu),
                Text(1000 * c.Cpu / evaluation.Audio), Text(c.Encoder), Text(c.Decoder));
        return table;
    }

    private static PartialCost Cost(PartialEvaluation evaluation, PartialMode mode) => evaluation.Costs.First(c => c.Mode == mode);

    private static IReadOnlyList<double> Delays(AlertScore score) => ScoreTotal.Of(score, PhraseRules).Delays;

    private static string Quantiles(IReadOnlyList<double> values)
    {
        if (values.Count == 0) return "none";
        var sorted = values.Order().ToArray();
        double At(double q) => sorted[(int)Math.Round(q * (sorted.Length - 1))];
        return string.Create(CultureInfo.InvariantCulture,
            $"median {At(0.5):F2}, p90 {At(0.9):F2}, least {sorted[0]:F2}, most {sorted[^1]:F2} ({sorted.Length})");
    }

    private static JsonArray Array(IEnumerable<double> values) => new([.. values.Select(v => JsonValue.Create(Math.Round(v, 3)))]);

    private static string Name(PartialMode mode) => mode.ToString().ToLowerInvariant();

    private static string Share(long part, long whole) => whole == 0 ? "-"
        : (part / (double)whole).ToString("P1", CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("F1", CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static void Line(ConsoleOutput console, params FormattableString[] parts) =>
        console.Out.WriteLine(string.Concat(parts.Select(FormattableString.Invariant)));
}
