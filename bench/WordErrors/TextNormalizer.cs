using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SpeechQA.Bench.WordErrors;

/// <summary>
/// Brings a reference and a hypothesis to the same writing before their words are compared:
/// <list type="number">
/// <item>Unicode form KC, lower case, typographic apostrophes and oe made plain;</item>
/// <item>figures: separators of thousands left out, decimal points and commas in words, per cent and currencies in words;</item>
/// <item>no punctuation, hyphens are blanks, English contractions written out, French elisions split;</item>
/// <item>every number, in figures or in words, becomes its digits one by one (42, forty two, quarante-deux: <c>4 2</c>).</item>
/// </list>
/// Letters, digits, blanks and word borders are those of Python's <c>re</c> module, in which the yardstick was defined:
/// a combining mark is no part of a word there, other than in .NET's <c>\w</c>.
/// </summary>
internal static partial class TextNormalizer
{
    private const string W = @"[\p{L}\p{Nd}\p{Nl}\p{No}_]";
    private const string S = @"[\s\x1c-\x1f]";

    private static readonly (string Tail, string Written)[] EnglishTails =
        [("n't", " not"), ("'re", " are"), ("'ve", " have"), ("'ll", " will"), ("'d", " would"), ("'m", " am")];

    /// <summary>The normalised words, joined by single blanks.</summary>
    /// <param name="language">A code; everything but French is read as English.</param>
    /// <param name="accents">False: accents are left out as well.</param>
    public static string Normalize(string text, string language, bool accents = true)
    {
        var words = language.StartsWith("fr", StringComparison.Ordinal) ? LanguageWords.French : LanguageWords.English;
        var plain = Plain(text);
        var spelled = words.IsFrench ? SpellFrench(plain) : SpellEnglish(plain);
        var result = string.Join(' ', Digits(words, Split(words, spelled)));
        return accents ? result : UnicodeComposition.Instance.StripMarks(result);
    }

    private static string Plain(string text)
    {
        // Python writes the dotted capital I as two characters when it lowers it.
        var s = UnicodeComposition.Instance.Compose(text).Replace("İ", "i\u0307").ToLowerInvariant()
            .Replace('’', '\'').Replace('‘', '\'').Replace("œ", "oe");
        return BracketsAlone().IsMatch(s) ? Brackets().Replace(s, " ") : s;
    }

    private static string SpellEnglish(string s)
    {
        s = EnglishThousands().Replace(s, "");
        s = Point().Replace(s, " point ");
        s = Percent().Replace(s, "$1 percent");
        s = PerCent().Replace(s, "percent");
        s = Currencies(s, " pounds").Replace("&", " and ");
        s = Hours().Replace(s, " h ");
        s = HalfOfDay().Replace(s, "$1m");
        return TimeOfDay().Replace(s, "$1 $2");
    }

    private static string SpellFrench(string s)
    {
        s = FrenchThousands().Replace(s, "");
        s = Point().Replace(s, " virgule ");
        s = Comma().Replace(s, " virgule ");
        s = Percent().Replace(s, "$1 pour cent");
        s = PourCent().Replace(s, "pourcent");
        s = Currencies(s, " livres").Replace("&", " et ");
        return Hours().Replace(s, " heures ");
    }

    private static string Currencies(string s, string pounds)
    {
        s = CurrencyBefore().Replace(s, m => m.Groups[1].Value + m.Value[0] switch { '$' => " dollars", '€' => " euros", _ => pounds });
        return DollarsAfter().Replace(EurosAfter().Replace(s, "$1 euros"), "$1 dollars");
    }

    private static List<string> Split(LanguageWords language, string s)
    {
        var result = new List<string>();
        foreach (var token in Tokens(s))
        {
            var w = token.Trim('\'');
            w = language.Ordinals.GetValueOrDefault(w) ?? language.Whole.GetValueOrDefault(w) ?? w;
            w = language.IsFrench ? w.Replace('\'', ' ') : WithoutContractions(w);
            result.AddRange(w.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        return result;
    }

    private static string WithoutContractions(string w)
    {
        foreach (var (tail, written) in EnglishTails)
            if (w.Length > tail.Length && w.EndsWith(tail, StringComparison.Ordinal)) w = w[..^tail.Length] + written;
        return w.Replace("'", "");
    }

    // [\w']+(?:\.(?=\w\.)\w)* of Python: runs of word characters and apostrophes, and abbreviations like a.b.c.
    private static IEnumerable<string> Tokens(string s)
    {
        var runes = s.EnumerateRunes().Select(r => r.Value is '_' or '-' or '‐' or '–' ? new Rune(' ') : r).ToArray();
        bool IsWord(int i) => i < runes.Length && IsWordRune(runes[i]);
        bool IsPoint(int i) => i < runes.Length && runes[i].Value == '.';
        for (var i = 0; i < runes.Length;)
        {
            var start = i;
            while (IsWord(i) || (i < runes.Length && runes[i].Value == '\'')) i++;
            if (i == start)
            {
                i++;
                continue;
            }
            while (IsPoint(i) && IsWord(i + 1) && IsPoint(i + 2)) i += 2;
            yield return string.Concat(runes[start..i]);
        }
    }

    private static bool IsWordRune(Rune r) => Rune.GetUnicodeCategory(r) is UnicodeCategory.UppercaseLetter
        or UnicodeCategory.LowercaseLetter
        or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    private static List<string> Digits(LanguageWords language, List<string> words)
    {
        var result = new List<string>(words.Count);
        var numbers = new SpokenNumber(language, words);
        for (var i = 0; i < words.Count;)
        {
            if (numbers.At(i) is var (digits, next))
            {
                result.AddRange(digits.Select(d => d.ToString()));
                i = next;
            }
            else
            {
                result.Add(words[i++]);
            }
        }
        return result;
    }

    [GeneratedRegex(@"\A" + S + @"*[\[(][^\])]*[\])]" + S + @"*\z")] private static partial Regex BracketsAlone();
    [GeneratedRegex(@"[\[(][^\])]*[\])]")] private static partial Regex Brackets();
    [GeneratedRegex(@"(?<=\d),(?=\d{3}(?!" + W + "))")] private static partial Regex EnglishThousands();
    [GeneratedRegex(@"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!" + W + "))")] private static partial Regex FrenchThousands();
    [GeneratedRegex(@"(?<=\d)[.](?=\d)")] private static partial Regex Point();
    [GeneratedRegex(@"(?<=\d),(?=\d)")] private static partial Regex Comma();
    [GeneratedRegex(@"(\d)" + S + "*%")] private static partial Regex Percent();
    [GeneratedRegex("(?<!" + W + ")per cent(?!" + W + ")")] private static partial Regex PerCent();
    [GeneratedRegex("(?<!" + W + ")pour[- ]?cent(?!" + W + ")")] private static partial Regex PourCent();
    [GeneratedRegex(@"[$€£]" + S + @"*(\d+)")] private static partial Regex CurrencyBefore();
    [GeneratedRegex(@"(\d)" + S + "*€")] private static partial Regex EurosAfter();
    [GeneratedRegex(@"(\d)" + S + @"*\$")] private static partial Regex DollarsAfter();
    [GeneratedRegex(@"(?<=\d)h(?=\d|(?!" + W + "))")] private static partial Regex Hours();
    [GeneratedRegex("(?<!" + W + @")([ap])\." + S + "?m(?!" + W + @")\.?")] private static partial Regex HalfOfDay();
    [GeneratedRegex("(?<!" + W + @")(\d+)([ap]m)(?!" + W + ")")] private static partial Regex TimeOfDay();
}
