using System.Globalization;
using SpeechQA.Bench.Truth;
using SpeechQA.Engine.Core;

namespace SpeechQA.Bench.Text;

/// <summary>A written utterance with what it means.</summary>
/// <param name="Language"><c>en</c> or <c>fr</c>.</param>
/// <param name="Meaning">Its meaning, or <c>none</c>.</param>
/// <param name="NearMissOf">The meaning whose words it has without having the meaning; empty: none.</param>
/// <param name="Sentiment">0 negative, 1 neutral, 2 positive.</param>
/// <param name="IsDev">Of the split that thresholds are set on; otherwise of the one that is measured.</param>
/// <param name="Overlap">Share of its words in common with a template of the training, 0..1.</param>
/// <param name="Heard">The same with simulated errors of recognition.</param>
internal sealed record TextUtterance(string Language, string Text, string Meaning, string NearMissOf, int Sentiment, bool IsDev,
    double Overlap, string Heard)
{
    private static readonly string[] Columns = ["language", "text", "intent", "near_miss_of", "sentiment", "split", "template_overlap",
        "text_asr"];
    private static readonly string[] Sentiments = ["neg", "neu", "pos"];

    /// <exception cref="BadInputException">The file cannot be read, a column is missing, or a cell holds something else.</exception>
    public static IReadOnlyList<TextUtterance> Read(string path)
    {
        const string remedy = "give the utterances.csv of the text model";
        try
        {
            var rows = CsvTable.Read(File.ReadAllText(path)).ToList();
            if (rows.Count == 0 || Columns.Any(c => !rows[0].ContainsKey(c)))
                throw new BadInputException($"{path}: not a table of {string.Join(", ", Columns)}", remedy);
            return [.. rows.Select((row, i) => Read(row) ?? throw new BadInputException($"{path}: row {i + 2} cannot be understood",
                remedy))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: {e.Message}", remedy, e);
        }
    }

    private static TextUtterance? Read(IReadOnlyDictionary<string, string> row)
    {
        var sentiment = Array.IndexOf(Sentiments, row["sentiment"]);
        return sentiment >= 0 && row["language"] is "en" or "fr" && row["split"] is "dev" or "test"
            && double.TryParse(row["template_overlap"], NumberStyles.Float, CultureInfo.InvariantCulture, out var overlap)
            ? new TextUtterance(row["language"], row["text"], row["intent"], row["near_miss_of"], sentiment, row["split"] == "dev", overlap,
                row["text_asr"])
            : null;
    }
}
