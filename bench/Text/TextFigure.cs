using System.Globalization;
using SpeechQA.Bench.Truth;
using SpeechQA.Engine.Core;

namespace SpeechQA.Bench.Text;

/// <summary>A figure of the text model's card, measured here or stated there.</summary>
/// <param name="Table">Which table of the card.</param>
/// <param name="Value">Percent.</param>
internal sealed record TextFigure(string Table, string Row, string Column, double Value)
{
    /// <summary>The figures of a card: a CSV file with the columns table, row, column, value.</summary>
    /// <exception cref="BadInputException">It cannot be read or holds something else.</exception>
    public static IReadOnlyDictionary<(string Table, string Row, string Column), double> ReadCard(string path)
    {
        try
        {
            return CsvTable.Read(File.ReadAllText(path)).ToDictionary(r => (r["table"], r["row"], r["column"]),
                r => double.Parse(r["value"], NumberStyles.Float, CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or KeyNotFoundException or FormatException
            or ArgumentException)
        {
            throw new BadInputException($"{path}: {e.Message}",
                "give the card's figures: columns table, row, column, value, each figure once", e);
        }
    }
}
