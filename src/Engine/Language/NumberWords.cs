using System.Globalization;

namespace SpeechQA.Engine.Language;

/// <summary>Numbers as they are spoken.</summary>
internal static class NumberWords
{
    /// <summary>Gives the words of a cardinal ("forty two") to the sink.</summary>
    public static void Add<TSink>(ReadOnlySpan<char> cardinal, ref TSink sink)
        where TSink : struct, ITokenSink
    {
        foreach (var part in cardinal.Split(' ')) sink.Add(cardinal[part]);
    }

    /// <summary>The largest figure that is read as one number.</summary>
    public const int Largest = 999_999;

    /// <summary>
    /// The number that figures are read as: up to six of them, none of several beginning with zero; -1 for others, which are
    /// codes and stay figures.
    /// </summary>
    public static int Read(ReadOnlySpan<char> digits) =>
        digits.Length is 0 or > 6 || (digits.Length > 2 && digits[0] == '0')
            ? -1
            : int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>
    /// How many words were spoken for a word as written: one, but a run of digits counts as its digits ("2037" is read
    /// out as "two zero three seven") and two digits as one or two words.
    /// </summary>
    public static int Spoken(ReadOnlySpan<char> written, SpokenLanguage language)
    {
        var count = 0;
        var letters = false;
        for (var i = 0; i < written.Length; i++)
        {
            if (!char.IsAsciiDigit(written[i]))
            {
                letters |= char.IsLetter(written[i]);
                continue;
            }
            var from = i;
            while (i + 1 < written.Length && char.IsAsciiDigit(written[i + 1])) i++;
            var digits = written[from..(i + 1)];
            count += digits.Length > 2 ? digits.Length : language.Cardinal(int.Parse(digits)).AsSpan().Count(' ') + 1;
        }
        return count > 0 ? count : letters ? 1 : 0;
    }
}
