using System.Globalization;
using System.Numerics;

namespace SpeechQA.Bench.WordErrors;

/// <summary>
/// Reads numbers, in words or figures, from normalised words: <c>two thousand twelve</c>, <c>5 million</c>, <c>quatre vingt dix sept</c>.
/// </summary>
internal sealed class SpokenNumber(LanguageWords language, IReadOnlyList<string> words)
{
    /// <summary>
    /// The longest number that starts at word <paramref name="i"/>: its digits and the word after it; null when there is none.
    /// </summary>
    public (string Digits, int Next)? At(int i)
    {
        if (IsFigures(Word(i)) && !IsScale(i + 1) && !IsHundred(i + 1)) return (Word(i), i + 1);
        BigInteger total = 0;
        var (k, last, found) = (i, 1_000_000_000_000L, false);
        while (true)
        {
            var j = found && !language.IsFrench && Word(k) == language.Joiner ? k + 1 : k;
            if (PartAt(j, found) is not var (v, n)) break;
            if (found && v >= last) break;
            if (language.Scales.TryGetValue(Word(n), out var scale) && scale < last && v > 0)
            {
                total += v * scale;
                (last, k, found) = (scale, n + 1, true);
                continue;
            }
            if (found && v == 0) break;
            return ((total + v).ToString(CultureInfo.InvariantCulture), n);
        }
        return found ? (total.ToString(CultureInfo.InvariantCulture), k) : null;
    }

    // What stands before a scale word; a scale word that starts the number counts once.
    private (BigInteger Value, int Next)? PartAt(int i, bool found)
    {
        if (!found && IsScale(i)) return (1, i);
        if (Below1000(i) is not var (value, next, figures)) return null;
        return figures && IsHundred(next) ? (value * 100, next + 1) : (value, next);
    }

    private (BigInteger Value, int Next, bool Figures)? Below1000(int i)
    {
        if (IsFigures(Word(i))) return IsScale(i + 1) || IsHundred(i + 1) ? (Value(Word(i)), i + 1, true) : null;
        if ((IsHundred(i) ? (1, i) : Below100(i)) is not var (v, k)) return null;
        if (IsHundred(k) && v is > 0 and < 100 && (!language.IsFrench || v < 10))
        {
            v *= 100;
            k++;
            var rest = Below100(!language.IsFrench && Word(k) == language.Joiner ? k + 1 : k);
            if (rest is var (value, next) && value is > 0 and < 100 && !IsHundred(next)) (v, k) = (v + value, next);
        }
        return (v, k, false);
    }

    private (int Value, int Next)? Below100(int i)
    {
        if (language.IsFrench && Word(i) == "quatre" && Word(i + 1) is "vingt" or "vingts") return FourTwenties(i + 2);
        if (language.Tens.TryGetValue(Word(i), out var tens)) return AfterTens(tens, i + 1);
        if (!language.Units.TryGetValue(Word(i), out var unit)) return null;
        return language.IsFrench && unit == 10 && IsSevenToNine(i + 1) ? (10 + language.Units[Word(i + 1)], i + 2) : (unit, i + 1);
    }

    private (int, int) FourTwenties(int i) =>
        language.Units.TryGetValue(Word(i), out var unit) && unit > 0 ? TenAndMore(80, unit, i + 1) : (80, i);

    private (int, int) AfterTens(int tens, int i)
    {
        var j = language.IsFrench && Word(i) == language.Joiner && Word(i + 1) is "un" or "une" or "onze" ? i + 1 : i;
        if (!language.Units.TryGetValue(Word(j), out var unit)) return (tens, i);
        if (unit is > 0 and < 10) return (tens + unit, j + 1);
        return language.IsFrench && tens is 60 or 80 && unit >= 10 ? TenAndMore(tens, unit, j + 1) : (tens, i);
    }

    // soixante dix sept, quatre vingt dix neuf
    private (int, int) TenAndMore(int tens, int unit, int next) =>
        unit == 10 && IsSevenToNine(next) ? (tens + 10 + language.Units[Word(next)], next + 1) : (tens + unit, next);

    private string Word(int i) => i < words.Count ? words[i] : "";

    private bool IsScale(int i) => language.Scales.ContainsKey(Word(i));

    private bool IsHundred(int i) => language.Hundreds.Contains(Word(i));

    private bool IsSevenToNine(int i) => Word(i) is "sept" or "huit" or "neuf";

    private static bool IsFigures(string word) => word.Length > 0 && word.All(char.IsDigit);

    private static BigInteger Value(string figures) =>
        figures.Aggregate(BigInteger.Zero, (sum, c) => sum * 10 + CharUnicodeInfo.GetDecimalDigitValue(c));
}
