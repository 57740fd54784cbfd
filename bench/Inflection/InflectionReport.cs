using System.Globalization;
using System.Text.Json.Nodes;
using SpeechQA.Bench.Reports;
using SpeechQA.Engine.Inflection;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.Inflection;

/// <summary>Shows and stores the figures of an <see cref="InflectionEvaluation"/>.</summary>
internal static class InflectionReport
{
    public static void Write(ConsoleOutput console, IReadOnlyList<CorpusFigures> corpora)
    {
        var targets = new ReportTable(new("corpus", false), new("target", false), new("of it"), new("rest"), new("AUC"), new("UAR"),
            new("cal. error"));
        foreach (var corpus in corpora)
            foreach (var t in corpus.Targets)
                targets.Add(corpus.Corpus, Name(t.Target), Text(t.Positive), Text(t.Negative), Share(t.Auc), Share(t.Uar),
                    Share(t.CalibrationError));
        targets.Write(console);
        console.Out.WriteLine();
        var emotions = new ReportTable(new("corpus", false), new("emotion", false), new("clips"),
            new("p anger"), new("p negative"), new("p arousal"), new("anger heard"), new("negative heard"), new("arousal heard"));
        foreach (var corpus in corpora)
            foreach (var e in corpus.Emotions)
                emotions.Add(corpus.Corpus, e.Emotion, Text(e.Clips), Share(e.Probabilities.Anger), Share(e.Probabilities.Negative),
                    Share(e.Probabilities.Arousal),
                    Share(e.Detected.Anger), Share(e.Detected.Negative), Share(e.Detected.Arousal));
        emotions.Write(console);
    }

    public static void WriteJson(string path, IReadOnlyList<CorpusFigures> corpora) =>
        File.WriteAllText(path, new JsonObject { ["corpora"] = new JsonArray([.. corpora.Select(Json)]) }.ToJsonString(ReportText.Json)
            + "\n");

    private static JsonObject Json(CorpusFigures corpus) => new()
    {
        ["corpus"] = corpus.Corpus,
        ["clips"] = corpus.Clips,
        ["targets"] = new JsonArray([.. corpus.Targets.Select(t => new JsonObject
        {
            ["target"] = Name(t.Target),
            ["positive"] = t.Positive,
            ["negative"] = t.Negative,
            ["auc"] = Number(t.Auc),
            ["uar"] = Number(t.Uar),
            ["calibration_error"] = Number(t.CalibrationError),
            ["calibration"] = new JsonArray([.. t.Calibration.Select(b => new JsonObject
            {
                ["from"] = b.From,
                ["to"] = b.To,
                ["weight"] = Number(b.Weight),
                ["predicted"] = Number(b.Predicted),
                ["observed"] = Number(b.Observed),
            })]),
        })]),
        ["emotions"] = new JsonArray([.. corpus.Emotions.Select(e => new JsonObject
        {
            ["emotion"] = e.Emotion,
            ["clips"] = e.Clips,
            ["probabilities"] = Json(e.Probabilities),
            ["heard"] = Json(e.Detected),
        })]),
    };

    private static JsonObject Json(InflectionScores s) =>
        new() { ["anger"] = Number(s.Anger), ["negative"] = Number(s.Negative), ["arousal"] = Number(s.Arousal) };

    private static string Name(InflectionTarget target) => target.ToString().ToLowerInvariant();

    // JSON has no NaN: what a class without clips leaves open is null.
    private static JsonNode? Number(double value) => double.IsFinite(value) ? Math.Round(value, 4) : null;

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Share(double value) => double.IsFinite(value) ? value.ToString("F3", CultureInfo.InvariantCulture) : "-";
}
