using System.Globalization;
using System.Text.Json.Nodes;
using SpeechQA.Bench.Reports;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.WordErrors;

/// <summary>Shows and stores the figures of a <see cref="RecognitionEvaluation"/>.</summary>
internal static class RecognitionReport
{
    public static void Write(ConsoleOutput console, RecognitionEvaluation evaluation, int worst)
    {
        var table = new ReportTable(new("set", false), new("utt"), new("miss"), new("words"), new("WER %"), new("CER %"), new("sub"),
            new("del"), new("ins"), new("exact %"));
        foreach (var (name, s) in evaluation.Errors.Ordered)
            table.Add(name, Text(s.Utterances), Text(s.Missing), Text(s.Words), Percent(s.Wer), Percent(s.Cer), Text(s.Edits.Substitutions),
                Text(s.Edits.Deletions), Text(s.Edits.Insertions), Percent(s.Exact / (double)Math.Max(1, s.Utterances)));
        table.Write(console);
        WriteCost(console.Out, evaluation.Cost);
        foreach (var u in evaluation.Errors.Utterances.OrderByDescending(u => u.Errors).Take(worst))
            console.Out.WriteLine($"\n{u.File}: {Text(u.Errors)} errors in {Text(u.Words)} words\n  ref: {u.Reference}\n  hyp: "
                + $"{u.Hypothesis}");
    }

    public static void WriteJson(string path, RecognitionEvaluation evaluation)
    {
        var sets = new JsonObject(evaluation.Errors.Ordered.Select(s => KeyValuePair.Create<string, JsonNode?>(s.Key, new JsonObject
        {
            ["utterances"] = s.Value.Utterances,
            ["missing"] = s.Value.Missing,
            ["words"] = s.Value.Words,
            ["sub"] = s.Value.Edits.Substitutions,
            ["dele"] = s.Value.Edits.Deletions,
            ["ins"] = s.Value.Edits.Insertions,
            ["chars"] = s.Value.Characters,
            ["char_errors"] = s.Value.CharacterErrors,
            ["exact"] = s.Value.Exact,
            ["wer"] = s.Value.Wer,
            ["cer"] = s.Value.Cer,
        })));
        var utterances = new JsonArray([.. evaluation.Errors.Utterances.Select(u => new JsonObject
        {
            ["file"] = u.File,
            ["language"] = u.Language,
            ["words"] = u.Words,
            ["errors"] = u.Errors,
            ["reference"] = u.Reference,
            ["hypothesis"] = u.Hypothesis,
        })]);
        var cost = evaluation.Cost;
        var report = new JsonObject
        {
            ["sets"] = sets,
            ["utterances"] = utterances,
            ["cost"] = new JsonObject
            {
                ["audio_seconds"] = cost.Audio,
                ["cpu_seconds"] = cost.Cpu,
                ["cpu_per_audio_second"] = cost.CpuPerSecond,
                ["wall_seconds"] = cost.Wall,
                ["recognition_overhead"] = cost.Recogniser?.Overhead,
            },
        };
        File.WriteAllText(path, report.ToJsonString(ReportText.Json) + "\n");
    }

    private static void WriteCost(TextWriter output, RecognitionCost cost)
    {
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{cost.Audio:F1} s of audio in {cost.Wall:F1} s; process CPU {cost.Cpu:F1} s, {cost.CpuPerSecond:F4} s per second of audio "
            + $"(loading of the models apart)"));
        if (cost.Recogniser is not { } r) return;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"recogniser: {r.Utterances} utterances, {r.Audio.TotalSeconds:F1} s of speech; in encoder and decoder "
            + $"{(r.Encoder + r.Decoder).TotalSeconds:F2} s of {r.Total.TotalSeconds:F2} s, overhead {100 * r.Overhead:F1} %"));
    }

    private static string Text(int n) => n.ToString(CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("F2", CultureInfo.InvariantCulture);
}
