using System.Text;

namespace SpeechQA.Bench.Truth;

/// <summary>Rows of a CSV file (RFC 4180) by the names of their columns.</summary>
internal static class CsvTable
{
    /// <param name="text">The whole file; its first row names the columns. Cells that a short row lacks are empty.</param>
    public static IEnumerable<IReadOnlyDictionary<string, string>> Read(string text)
    {
        string[]? names = null;
        foreach (var row in Rows(text.TrimStart('\ufeff')))
        {
            if (names is null) names = row;
            else if (row is not [""])
                yield return names.Select((name, i) => (name, i)).ToDictionary(n => n.name, n => n.i < row.Length ? row[n.i] : "");
        }
    }

    private static IEnumerable<string[]> Rows(string text)
    {
        var row = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[i++]);
            else if (c == '"') quoted = !quoted;
            else if (quoted || c is not (',' or '\n' or '\r')) cell.Append(c);
            else if (c != '\r')
            {
                row.Add(cell.ToString());
                cell.Clear();
                if (c == ',') continue;
                yield return [.. row];
                row.Clear();
            }
        }
        if (cell.Length == 0 && row.Count == 0) yield break;
        row.Add(cell.ToString());
        yield return [.. row];
    }
}
