using System.Collections.Frozen;
using System.Globalization;

namespace SpeechQA.Engine.Secrets;

/// <summary>Check digits of card numbers (ISO/IEC 7812-1, Luhn) and of bank accounts (ISO 13616, mod 97).</summary>
internal static class CheckDigits
{
    /// <summary>Shortest and longest card number.</summary>
    public const int ShortestCard = 13;

    /// <inheritdoc cref="ShortestCard"/>
    public const int LongestCard = 19;

    /// <summary>Length of an account number by country: SWIFT IBAN registry, the countries of SEPA and its neighbours.</summary>
    private static readonly FrozenDictionary<string, int> IbanLengths =
        ("ad24 ae23 al28 at20 ba20 be16 bg22 ch21 cy28 cz24 de22 dk18 ee20 es24 fi18 fo18 fr27 gb22 ge22 gi23 gl18 gr27 "
        + "hr21 hu28 ie22 il23 is26 it27 li21 lt20 lu20 lv21 mc27 md24 me22 mk19 mt31 mu30 nl18 no15 pl28 pt25 qa29 ro24 "
        + "rs22 sa24 se24 si19 sk24 sm27 tn24 tr26 ua29 va22 xk20")
        .Split(' ').ToFrozenDictionary(e => e[..2], e => int.Parse(e[2..], CultureInfo.InvariantCulture));

    public static bool IsIbanCountry(string letters) => IbanLengths.ContainsKey(letters);

    /// <summary>Length of the valid account number that the text begins with; 0 when it does not.</summary>
    /// <param name="text">Lower-case letters and digits.</param>
    public static int IbanAt(ReadOnlySpan<char> text)
    {
        if (text.Length < 15 || !IbanLengths.TryGetValue(text[..2].ToString(), out var length) || text.Length < length) return 0;
        var remainder = 0;
        for (var i = 0; i < length; i++)
        {
            var c = text[(i + 4) % length]; // the first four are read last
            remainder = char.IsAsciiDigit(c) ? (remainder * 10 + c - '0') % 97 : (remainder * 100 + c - 'a' + 10) % 97;
        }
        return remainder == 1 ? length : 0;
    }

    /// <summary>All of it is a card number: 13 to 19 digits, one in ten such numbers by chance.</summary>
    public static bool IsCard(ReadOnlySpan<char> digits) => digits.Length is >= ShortestCard and <= LongestCard && IsLuhn(digits);

    /// <summary>
    /// It holds a card number of a common length and prefix (15 from 3, 16 from 2, 4, 5 or 6), perhaps among more digits.
    /// </summary>
    public static bool HoldsCommonCard(ReadOnlySpan<char> digits)
    {
        for (var i = 0; i < digits.Length; i++)
        {
            var length = digits[i] switch { '3' => 15, '2' or '4' or '5' or '6' => 16, _ => int.MaxValue };
            if (length <= digits.Length - i && IsLuhn(digits.Slice(i, length))) return true;
        }
        return false;
    }

    public static bool IsLuhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var d = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? d : d < 5 ? 2 * d : 2 * d - 9;
        }
        return sum % 10 == 0;
    }
}
