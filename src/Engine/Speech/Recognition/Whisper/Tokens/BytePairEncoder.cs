using System.Globalization;
using System.Text;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Tokens;

/// <summary>
/// Text to tokens as GPT-2 does it (Radford et al. 2019): split into contractions, letters, digits, others and blanks, then
/// merge the neighbouring pair whose joined bytes have the lowest id until none is left.
/// </summary>
internal sealed class BytePairEncoder
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    /// <param name="tokens">Ids and bytes of all text tokens; all 256 single bytes must be among them.</param>
    public BytePairEncoder(IEnumerable<(int Id, byte[] Bytes)> tokens)
    {
        foreach (var (id, bytes) in tokens) _ids[Encoding.Latin1.GetString(bytes)] = id;
    }

    public int[] Encode(string text)
    {
        var ids = new List<int>();
        foreach (var piece in Split(text)) Merge(piece, ids);
        return [.. ids];
    }

    private void Merge(string piece, List<int> ids)
    {
        // One character per byte, so that a token is a substring.
        var bytes = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(piece));
        var cuts = Enumerable.Range(0, bytes.Length + 1).ToList();
        while (cuts.Count > 2)
        {
            var (best, lowest) = (-1, int.MaxValue);
            for (var i = 0; i + 2 < cuts.Count; i++)
                if (_ids.TryGetValue(bytes[cuts[i]..cuts[i + 2]], out var id) && id < lowest) (best, lowest) = (i, id);
            if (best < 0) break;
            cuts.RemoveAt(best + 1);
        }
        for (var i = 0; i + 1 < cuts.Count; i++) ids.Add(_ids[bytes[cuts[i]..cuts[i + 1]]]);
    }

    private static IEnumerable<string> Split(string text)
    {
        var runes = text.EnumerateRunes().ToArray();
        for (var i = 0; i < runes.Length;)
        {
            var end = Contraction(runes, i) is { } n ? i + n : PieceEnd(runes, i);
            yield return string.Concat(runes[i..end].Select(r => r.ToString()));
            i = end;
        }
    }

    private static int? Contraction(Rune[] runes, int at)
    {
        foreach (var c in Contractions)
            if (at + c.Length <= runes.Length && c.Select((x, k) => runes[at + k].Value == x).All(same => same)) return c.Length;
        return null;
    }

    private static int PieceEnd(Rune[] runes, int start)
    {
        var first = start;
        if (runes[start].Value == ' ' && start + 1 < runes.Length && Kind(runes[start + 1]) != 'S') first++;
        var end = first + 1;
        while (end < runes.Length && Kind(runes[end]) == Kind(runes[first])) end++;
        // The last blank of several goes with the next piece.
        return Kind(runes[first]) == 'S' && end < runes.Length && end - first > 1 ? end - 1 : end;
    }

    private static char Kind(Rune rune)
    {
        if (Rune.IsLetter(rune)) return 'L';
        if (Rune.IsWhiteSpace(rune)) return 'S';
        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber
            or UnicodeCategory.OtherNumber
            ? 'N'
            : 'O';
    }
}
