using System.Text;
using SpeechQA.Engine.Language;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Tokens;

/// <summary>
/// The tokens by their plain letters: lower case, no accents, marks as blanks. So words of which only the plain letters are
/// known can be spelt by the model: from token to token the likeliest of those that fit. Shared, immutable.
/// </summary>
internal sealed class LooseSpelling
{
    private readonly Dictionary<string, List<int>> _rows = new(StringComparer.Ordinal);
    private readonly int _longest;

    public LooseSpelling(Vocabulary vocabulary, DecodingRules rules)
    {
        for (var row = 0; row < rules.FirstStamp && row < vocabulary.Count; row++)
        {
            var text = vocabulary.Text([vocabulary.IdOf(row)]);
            if (text.Length == 0 || text.Contains('\uFFFD', StringComparison.Ordinal)) continue;
            var plain = Plain(text);
            if (!_rows.TryGetValue(plain, out var rows)) _rows[plain] = rows = [];
            rows.Add(row);
            _longest = Math.Max(_longest, plain.Length);
        }
    }

    /// <summary>
    /// The likeliest token with which a text in plain letters may begin, and how many letters it takes; null when there is none.
    /// </summary>
    public (int Row, int Letters)? Best(ReadOnlySpan<char> plain, ReadOnlySpan<float> logits)
    {
        (int Row, int Letters)? best = null;
        var bySpan = _rows.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var n = 1; n <= Math.Min(_longest, plain.Length); n++)
        {
            if (!bySpan.TryGetValue(plain[..n], out var rows)) continue;
            foreach (var row in rows)
                if (best is not { } b || logits[row] > logits[b.Row]) best = (row, n);
        }
        return best;
    }

    public static string Plain(string text)
    {
        var plain = new StringBuilder();
        foreach (var c in text)
        {
            var lower = char.ToLowerInvariant(c);
            if (lower is 'œ' or 'æ') plain.Append(lower == 'œ' ? "oe" : "ae");
            else plain.Append(char.IsLetterOrDigit(lower) ? PlainLetters.WithoutAccent(lower) : ' ');
        }
        return plain.ToString();
    }
}
