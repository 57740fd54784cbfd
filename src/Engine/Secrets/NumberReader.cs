using System.Collections.Frozen;
using System.Globalization;

namespace SpeechQA.Engine.Secrets;

/// <summary>A part of a word with its place.</summary>
/// <param name="Word">Index of the word in its leg.</param>
/// <param name="Stops">A clause ends here: what follows is another number.</param>
internal readonly record struct SpokenPart(string Text, int Word, bool Stops);

/// <summary>
/// Reads digits as they are dictated, English and French at once (a call may be labelled wrongly): singly, in pairs and
/// groups (quatre-vingt-dix-sept, forty-two, five hundred and six, deux mille vingt-sept), doubled (double five, triple
/// zéro), and in figures, whose thousands marks mean nothing (<c>4,000</c> is 4 0 0 0).
/// </summary>
internal sealed class NumberReader(IReadOnlyList<SpokenPart> parts)
{
    private static readonly FrozenDictionary<string, int> Units = Table(
        "zero|nought|nil 0, one|un|une 1, two|deux 2, three|trois 3, four|quatre 4, five|cinq 5, six 6, seven|sept 7, eight|huit 8, "
        + "nine|neuf 9, ten|dix 10, eleven|onze 11, twelve|douze 12, thirteen|treize 13, fourteen|quatorze 14, fifteen|quinze 15, "
        + "sixteen|seize 16, seventeen 17, eighteen 18, nineteen 19");

    private static readonly FrozenDictionary<string, int> Tens = Table(
        "twenty|vingt|vingts 20, thirty|trente 30, forty|fourty|quarante 40, fifty|cinquante 50, sixty|soixante 60, seventy|septante 70, "
        + "eighty|huitante|octante 80, ninety|nonante 90");

    /// <summary>The number that begins at a part: its digits and the part after it; null when there is none.</summary>
    public (string Digits, int Next)? At(int i)
    {
        if (Text(i) is not { Length: > 0 } text) return null;
        if (char.IsAsciiDigit(text[0])) return (text, i + 1);
        if (text is "oh" or "o") return IsDigit(i - 1) || IsDigit(i + 1) ? ("0", i + 1) : null;
        if (text is "double" or "triple") return Repeated(text == "double" ? 2 : 3, i + 1);
        return Cardinal(i) is var (value, next) ? (value.ToString(CultureInfo.InvariantCulture), next) : null;
    }

    private (string, int)? Repeated(int times, int i)
    {
        var digit = Text(i) switch
        {
            "oh" or "o" => 0,
            { Length: 1 } t when char.IsAsciiDigit(t[0]) => t[0] - '0',
            var t when Units.TryGetValue(t, out var unit) && unit < 10 => unit,
            _ => -1,
        };
        return digit < 0 ? null : (new string((char)('0' + digit), times), i + 1);
    }

    private (int Value, int Next)? Cardinal(int i)
    {
        if ((IsThousand(i) ? (1, i) : BelowThousand(i)) is not var (value, next)) return null;
        if (value == 0 || !IsThousand(next) || (next > i && Stopped(next))) return (value, next);
        var rest = RestAt(next + 1, BelowThousand);
        return rest is var (more, after) ? (value * 1000 + more, after) : (value * 1000, next + 1);
    }

    private (int Value, int Next)? BelowThousand(int i)
    {
        if ((IsHundred(i) ? (1, i) : BelowHundred(i)) is not var (value, next)) return null;
        if (value is 0 or > 99 || !IsHundred(next) || (next > i && Stopped(next))) return (value, next);
        var rest = RestAt(next + 1, BelowHundred);
        return rest is var (more, after) ? (value * 100 + more, after) : (value * 100, next + 1);
    }

    // five hundred and six; a zero begins another number
    private (int Value, int Next)? RestAt(int i, Func<int, (int Value, int Next)?> read)
    {
        if (Stopped(i)) return null;
        var from = Text(i) == "and" && !Stopped(i + 1) ? i + 1 : i;
        return read(from) is var (value, next) && value > 0 ? (value, next) : null;
    }

    private (int Value, int Next)? BelowHundred(int i)
    {
        if (Text(i) == "quatre" && Text(i + 1) is "vingt" or "vingts" && !Stopped(i + 1)) return AfterTens(80, i + 2);
        if (Tens.TryGetValue(Text(i), out var tens)) return AfterTens(tens, i + 1);
        if (!Units.TryGetValue(Text(i), out var unit)) return null;
        return unit == 10 && IsSevenToNine(i + 1) ? (10 + Units[Text(i + 1)], i + 2) : (unit, i + 1);
    }

    private (int, int) AfterTens(int tens, int i)
    {
        if (Stopped(i)) return (tens, i);
        var j = Text(i) == "et" && Text(i + 1) is "un" or "une" or "onze" && !Stopped(i + 1) ? i + 1 : i;
        if (!Units.TryGetValue(Text(j), out var unit) || unit == 0) return (tens, i);
        if (unit < 10) return (tens + unit, j + 1);
        // soixante-douze, quatre-vingt-dix-sept, but not "sixty twelve"
        if (tens is not (60 or 80) || Text(i - 1) is "sixty" or "eighty" || unit > 16) return (tens, i);
        return unit == 10 && IsSevenToNine(j + 1) ? (tens + 10 + Units[Text(j + 1)], j + 2) : (tens + unit, j + 1);
    }

    private bool IsSevenToNine(int i) => Text(i) is "sept" or "huit" or "neuf" && !Stopped(i);

    private bool IsHundred(int i) => Text(i) is "hundred" or "cent" or "cents";

    private bool IsThousand(int i) => Text(i) is "thousand" or "mille";

    private bool IsDigit(int i) => Text(i) is { Length: > 0 } t
        && (char.IsAsciiDigit(t[0]) || t is "oh" or "o" or "double" or "triple" || Units.ContainsKey(t) || Tens.ContainsKey(t));

    // A clause ended just before: "quarante, six" is 40 and 6.
    private bool Stopped(int i) => i > 0 && i <= parts.Count && parts[i - 1].Stops;

    private string Text(int i) => i >= 0 && i < parts.Count ? parts[i].Text : "";

    private static FrozenDictionary<string, int> Table(string entries) => entries.Split(", ")
        .Select(e => e.Split(' '))
        .SelectMany(e => e[0].Split('|').Select(word => (word, value: int.Parse(e[1], CultureInfo.InvariantCulture))))
        .ToFrozenDictionary(e => e.word, e => e.value);
}
