using System.Collections.Frozen;
using System.Text;

namespace SpeechQA.Engine.Rules.Phonetic;

/// <summary>
/// French spelling to sounds, after the ideas of Phonex (Frédéric Brouard, 1999) and FONEM (Bouchard, Brard and Lavoie, Population
/// 36(6), 1981), written anew: nasal vowels, groups of vowels, silent endings.
/// </summary>
/// <remarks>
/// 1 is an/en, 3 is on, 5 is in/un, 2 is eu, Q is ou, X is ch, J is the j of "je". Words come without accents, so é, è and e are
/// one sound, and an e at the end is silent even where it was é: the distance forgives one vowel.
/// </remarks>
internal static class FrenchPhonetics
{
    // Words whose end is spoken against the rule, and the small words.
    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>
    {
        ["c"] = "S",
        ["d"] = "D",
        ["j"] = "J",
        ["l"] = "L",
        ["m"] = "M",
        ["n"] = "N",
        ["s"] = "S",
        ["t"] = "T",
        ["qu"] = "K",
        ["le"] = "L2",
        ["de"] = "D2",
        ["je"] = "J2",
        ["me"] = "M2",
        ["te"] = "T2",
        ["se"] = "S2",
        ["ce"] = "S2",
        ["que"] = "K2",
        ["est"] = "E",
        ["es"] = "E",
        ["et"] = "E",
        ["les"] = "LE",
        ["des"] = "DE",
        ["mes"] = "ME",
        ["ses"] = "SE",
        ["ces"] = "SE",
        ["tes"] = "TE",
        ["cet"] = "SET",
        ["net"] = "NET",
        ["sept"] = "SET",
        ["huit"] = "UIT",
        ["six"] = "SIS",
        ["dix"] = "DIS",
        ["cinq"] = "S5K",
        ["neuf"] = "N2F",
        ["tous"] = "TQS",
        ["plus"] = "PLUS",
        ["fils"] = "FIS",
        ["femme"] = "FAM",
        ["monsieur"] = "M2SI2",
        ["ville"] = "VIL",
        ["mille"] = "MIL",
        ["eu"] = "U",
        ["mer"] = "MER",
        ["cher"] = "XER",
        ["hier"] = "IER",
        ["fier"] = "FIER",
        ["second"] = "S2G3",
        ["aout"] = "QT",
        ["ca"] = "SA",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> WordsBySpan =
        Words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>
    /// Words with a cedilla, which is folded away before: participles without their endings, and beginnings. Their last c is an s.
    /// </summary>
    private static readonly string[] CedillaWords = ["apercu", "concu", "decu", "inapercu", "percu", "recu"],
        CedillaBeginnings =
        [
            "annonca", "avanca", "balanca", "commenca", "commercant", "effaca", "exerca", "facad", "facon", "forcat", "francai", "garcon",
                "glacon", "hamecon", "lanca", "lecon",
            "macon", "malfacon", "menaca", "percant", "prononca", "rancon", "remplaca", "renonca", "soupcon", "troncon",
        ];

    private static readonly (string Letters, string Sounds)[] Groups =
    [
        ("aill", "AI"), ("eill", "EI"), ("euil", "2I"), ("ouil", "QI"), ("tion", "SI3"), ("eau", "O"), ("oeu", "2"), ("ail", "AI"),
            ("eil", "EI"), ("sch", "X"), ("ueil", "2I"),
        ("ille", "I"), ("ill", "I"), ("ch", "X"), ("sh", "X"), ("ph", "F"), ("th", "T"), ("gn", "NI"), ("qu", "K"), ("gua", "GUA"),
            ("geo", "JO"), ("gea", "JA"), ("sce", "SE"), ("sci", "SI"),
        ("cce", "KSE"), ("cci", "KSI"), ("au", "O"), ("eu", "2"), ("oe", "2"), ("ou", "Q"), ("oi", "QA"), ("oy", "QAI"), ("ai", "E"),
            ("ei", "E"), ("ay", "EI"), ("ey", "E"),
    ];

    public static string Of(ReadOnlySpan<char> word)
    {
        if (WordsBySpan.TryGetValue(word, out var known)) return known;
        word = Spoken(word, out var ending);
        var cedilla = Cedilla(word);
        var sounds = new StringBuilder();
        for (var i = 0; i < word.Length;)
        {
            var rest = word[i..];
            if (Nasal(word, i) is ({ } nasal, var length))
            {
                sounds.Append(nasal);
                i += length;
            }
            else if (Group(rest) is { } group)
            {
                sounds.Append(group.Sounds);
                i += group.Letters.Length;
            }
            else if (i == cedilla)
            {
                sounds.Append('S');
                i++;
            }
            else
            {
                if (i + 1 < word.Length && word[i + 1] == word[i] && !IsVowel(word[i])) i++;
                Letter(word, i, sounds);
                i++;
            }
        }
        return sounds.Append(ending).ToString();
    }

    /// <summary>Where a c lost its cedilla, or -1.</summary>
    private static int Cedilla(ReadOnlySpan<char> word)
    {
        foreach (var whole in CedillaWords)
            if (word.SequenceEqual(whole)) return whole.LastIndexOf('c');
        foreach (var beginning in CedillaBeginnings)
            if (word.StartsWith(beginning, StringComparison.Ordinal)) return beginning.LastIndexOf('c');
        return -1;
    }

    /// <summary>What of the word is spoken; <paramref name="ending"/> is the sound of an ending that was taken off.</summary>
    private static ReadOnlySpan<char> Spoken(ReadOnlySpan<char> word, out string ending)
    {
        ending = "";
        if (word.Length <= 2) return word;
        if (word.EndsWith("ement") || word.EndsWith("ment"))
        {
            ending = "M1";
            return word.EndsWith("ement") ? word[..^5] : word[..^4];
        }
        foreach (var open in (ReadOnlySpan<string>)["aient", "ais", "ait", "er", "ez", "et"])
        {
            if (!word.EndsWith(open) || word.Length < open.Length + 2) continue;
            ending = "E";
            return word[..^open.Length];
        }
        if (word[^1] is 's' or 'x' && word[^2] != 's') word = word[..^1];
        if (word.Length > 3 && word[^1] == 'e' && !IsVowel(word[^2])) return word[..^1];
        if (word.Length > 2 && word[^1] == 'e') return word[..^1];
        while (word.Length > 2 && word[^1] is 't' or 'd' or 'p' or 'g' or 's' or 'x' or 'z' && word[^2] != 'c') word = word[..^1];
        return word;
    }

    /// <summary>A nasal vowel at a place: before n or m that no vowel and no second n or m follows.</summary>
    private static (string? Sound, int Length) Nasal(ReadOnlySpan<char> word, int i)
    {
        var vowel = (word[i], i + 1 < word.Length ? word[i + 1] : ' ') switch
        {
            ('a' or 'e', 'i' or 'y') => 2,
            ('o', 'i') => 2,
            _ => IsVowel(word[i]) ? 1 : 0,
        };
        if (vowel == 0 || i + vowel >= word.Length) return default;
        var after = i + vowel + 1 < word.Length ? word[i + vowel + 1] : ' ';
        var closes = word[i + vowel] switch { 'n' => true, 'm' => after is 'b' or 'p' or ' ', _ => false };
        if (!closes || IsVowel(after) || after is 'n' or 'm' or 'h') return default;
        var sound = vowel == 2
            ? word[i] == 'o' ? "Q5" : "5"
            : word[i] switch
            {
                'o' => "3",
                'i' or 'y' or 'u' => "5",
                'e' when i > 0 && word[i - 1] is 'i' or 'e' or 'y' && after is ' ' => "5",
                _ => "1"
            };
        return (sound, vowel + 1);
    }

    private static void Letter(ReadOnlySpan<char> word, int i, StringBuilder sounds)
    {
        var next = i + 1 < word.Length ? word[i + 1] : ' ';
        var soft = next is 'e' or 'i' or 'y';
        switch (word[i])
        {
            case 'h':
                break;
            case 'c':
                sounds.Append(soft ? 'S' : 'K');
                break;
            case 'g':
                sounds.Append(soft ? 'J' : 'G');
                break;
            case 'u' when i > 0 && word[i - 1] == 'g' && soft:
                break;
            case 'q':
                sounds.Append('K');
                break;
            case 's':
                sounds.Append(i > 0 && IsVowel(word[i - 1]) && IsVowel(next) ? 'Z' : 'S');
                break;
            case 'x':
                sounds.Append("KS");
                break;
            case 'y':
                sounds.Append('I');
                break;
            case 'w':
                sounds.Append('V');
                break;
            default:
                sounds.Append(char.ToUpperInvariant(word[i]));
                break;
        }
    }

    private static (string Letters, string Sounds)? Group(ReadOnlySpan<char> text)
    {
        foreach (var group in Groups)
            if (text.StartsWith(group.Letters, StringComparison.Ordinal)) return group;
        return null;
    }

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
}
