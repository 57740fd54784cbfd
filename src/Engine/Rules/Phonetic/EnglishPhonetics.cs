using System.Text;

namespace SpeechQA.Engine.Rules.Phonetic;

/// <summary>
/// English spelling to sounds. The consonants follow Metaphone (Lawrence Philips, "Hanging on the Metaphone", Computer Language
/// 7(12), 1990, and "The Double Metaphone Search Algorithm", C/C++ Users Journal 18(6), 2000), written anew; vowels, which
/// Metaphone drops, are kept as A E I O U so that distances can be bounded.
/// </summary>
/// <remarks>0 is th, C is ch, X is sh and its voiced sister, J is the j of "job".</remarks>
internal static class EnglishPhonetics
{
    // Groups of letters whose sound no rule gives, longest first. At the beginning of a word, at its end, anywhere.
    private static readonly (string Letters, string Sounds)[] First =
        [("get", "GET"), ("giv", "GIV"), ("gir", "GER"), ("gif", "GIF"), ("wh", "W"), ("kn", "N"), ("gn", "N"), ("pn", "N"), ("wr", "R"),
            ("ps", "S"), ("x", "Z")];

    private static readonly (string Letters, string Sounds)[] Last =
        [("tures", "CERZ"), ("ture", "CER"), ("mb", "M"), ("gue", "G"), ("que", "K"), ("gn", "N"), ("tted", "TED"), ("dded", "DED"),
            ("ted", "TED"), ("ded", "DED"),
            ("ies", "IZ"), ("ied", "ID"), ("ses", "SIZ"), ("zes", "ZIZ"), ("ches", "CIZ"), ("shes", "XIZ"), ("ges", "JIZ"), ("ces", "SIZ"),
                ("ed", "D"), ("es", "Z"), ("le", "EL"), ("e", "")];

    private static readonly (string Letters, string Sounds)[] Anywhere =
    [
        ("tience", "XENS"), ("ssion", "XEN"), ("ough", "O"), ("augh", "O"), ("eigh", "A"), ("tion", "XEN"), ("sion", "XEN"),
            ("cian", "XEN"), ("cial", "XEL"), ("tial", "XEL"),
        ("cious", "XES"), ("tious", "XES"), ("alk", "OK"), ("tch", "C"), ("dge", "J"), ("igh", "I"), ("sch", "SK"), ("chr", "KR"),
            ("sci", "SI"), ("sce", "SE"), ("cce", "KSE"), ("cci", "KSI"),
        ("qu", "KW"), ("ph", "F"), ("th", "0"), ("sh", "X"), ("ch", "C"), ("ck", "K"), ("gh", ""), ("bt", "T"), ("ee", "I"), ("ea", "I"),
            ("ie", "I"), ("ei", "I"),
        ("oo", "U"), ("ou", "U"), ("ow", "U"), ("ew", "U"), ("ue", "U"), ("ai", "A"), ("ay", "A"), ("ey", "I"), ("oa", "O"), ("oe", "O"),
            ("au", "O"), ("aw", "O"), ("oi", "OI"), ("oy", "OI"),
    ];

    public static string Of(ReadOnlySpan<char> word)
    {
        var sounds = new StringBuilder();
        var i = 0;
        if (Starting(First, word) is { } first && word.Length > first.Letters.Length)
        {
            sounds.Append(first.Sounds);
            i = first.Letters.Length;
        }
        while (i < word.Length)
        {
            var rest = word[i..];
            if (i > 0 && sounds.Length > 0 && Whole(Last, rest) is { } last)
            {
                sounds.Append(last.Sounds);
                break;
            }
            if (Starting(Anywhere, rest) is { } group)
            {
                sounds.Append(group.Sounds);
                i += group.Letters.Length;
                continue;
            }
            // A double consonant is one sound; cc before e and i is above.
            if (i + 1 < word.Length && word[i + 1] == word[i] && !IsVowel(word[i])) i++;
            if (Letter(word, i) is var sound and not '\0') sounds.Append(sound);
            if (word[i] == 'x') sounds.Append('S');
            i++;
        }
        return sounds.ToString();
    }

    private static char Letter(ReadOnlySpan<char> word, int i)
    {
        var next = i + 1 < word.Length ? word[i + 1] : ' ';
        return word[i] switch
        {
            'c' => next is 'e' or 'i' or 'y' ? 'S' : 'K',
            'g' => next is 'e' or 'i' or 'y' ? 'J' : 'G',
            'h' or 'w' => IsVowel(next) ? char.ToUpperInvariant(word[i]) : '\0',
            'y' => i == 0 && IsVowel(next) ? 'Y' : 'I',
            'q' or 'x' => 'K',
            's' => i > 0 && IsVowel(word[i - 1]) && IsVowel(next) ? 'Z' : 'S',
            var letter => char.ToUpperInvariant(letter),
        };
    }

    internal static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';

    private static (string Letters, string Sounds)? Starting((string Letters, string Sounds)[] groups, ReadOnlySpan<char> text)
    {
        foreach (var group in groups)
            if (text.StartsWith(group.Letters, StringComparison.Ordinal)) return group;
        return null;
    }

    private static (string Letters, string Sounds)? Whole((string Letters, string Sounds)[] groups, ReadOnlySpan<char> text)
    {
        foreach (var group in groups)
            if (text.SequenceEqual(group.Letters)) return group;
        return null;
    }
}
