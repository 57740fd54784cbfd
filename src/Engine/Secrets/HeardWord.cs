using System.Globalization;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Language;

namespace SpeechQA.Engine.Secrets;

/// <summary>A word of a leg, taken apart for the search of secrets.</summary>
/// <param name="utterance">Index of its utterance; -1 for the words of a partial.</param>
internal sealed class HeardWord(int utterance, string text, long start, long end)
{
    private const int LongestSpelt = 4;

    public int Utterance { get; } = utterance;
    public string Text { get; } = text;
    public long Start { get; } = start;
    public long End { get; } = end;

    /// <summary>Runs of folded letters or of ASCII digits: <c>B-E68</c> is b, e, 68.</summary>
    public IReadOnlyList<string> Parts { get; } = PartsOf(text);

    /// <summary>Its letters are spelt out: one by one, or written as capitals.</summary>
    public bool IsSpelt { get; } = text.All(c => !char.IsLetter(c) || char.IsUpper(c));

    public bool EndsClause { get; } = WordNormalizer.EndsClause(text);

    /// <summary>It was part of a prompt ("the last three digits"): no figure of it counts.</summary>
    public bool IsPrompt { get; set; }

    /// <summary>It is part of a secret.</summary>
    public bool IsMasked { get; set; }

    /// <summary>It may turn out to be.</summary>
    public bool IsHeld { get; set; }

    /// <summary>It must not be shown.</summary>
    public bool IsHidden => IsMasked || IsHeld;

    public static IReadOnlyList<HeardWord> Of(Utterance u) => [.. u.Words.Select(w => new HeardWord(u.Index, w.Text, w.Start, w.End))];

    /// <summary>The letters of a part when it is spelt out; else empty.</summary>
    public string LettersOf(string part) => part.Length == 1 || (IsSpelt && part.Length <= LongestSpelt) ? part : "";

    private static List<string> PartsOf(string text)
    {
        var parts = new List<string>();
        var run = "";
        foreach (var c in WordNormalizer.FoldWord(text).Append(' '))
        {
            var digit = CharUnicodeInfo.GetDecimalDigitValue(c);
            var letter = char.IsLetter(c);
            if (run.Length > 0 && !(digit >= 0 ? char.IsAsciiDigit(run[0]) : letter && char.IsLetter(run[0])))
            {
                parts.Add(run);
                run = "";
            }
            if (digit >= 0) run += (char)('0' + digit);
            else if (letter) run += c;
        }
        return parts;
    }
}
