using System.Collections.Frozen;
using System.Globalization;

namespace SpeechQA.Bench.WordErrors;

/// <summary>The words of one language that the normalisation for word error rates writes in another way.</summary>
internal sealed class LanguageWords
{
    /// <summary>zero to nineteen (French: to seize).</summary>
    public required FrozenDictionary<string, int> Units { get; init; }
    public required FrozenDictionary<string, int> Tens { get; init; }
    public required FrozenDictionary<string, long> Scales { get; init; }
    public required FrozenSet<string> Hundreds { get; init; }

    /// <summary>The word between the parts of a number: <c>and</c>, <c>et</c>.</summary>
    public required string Joiner { get; init; }

    /// <summary>Ordinals written with figures (<c>21st</c>, <c>17e</c>) in words.</summary>
    public required FrozenDictionary<string, string> Ordinals { get; init; }

    /// <summary>Whole words with another spelling: contractions, abbreviations.</summary>
    public required FrozenDictionary<string, string> Whole { get; init; }

    public required bool IsFrench { get; init; }

    public static LanguageWords English { get; } = MakeEnglish();
    public static LanguageWords French { get; } = MakeFrench();

    private static LanguageWords MakeEnglish() => new()
    {
        IsFrench = false,
        Joiner = "and",
        Hundreds = FrozenSet.Create("hundred", "hundreds"),
        Units = Counted("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
            + "eighteen nineteen", 0, 1),
        Tens = With(Counted("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10), ("fourty", 40)),
        Scales = new Dictionary<string, long>
        {
            ["thousand"] = 1_000,
            ["million"] = 1_000_000,
            ["billion"] = 1_000_000_000
        }.ToFrozenDictionary(),
        Ordinals = EnglishOrdinals(),
        Whole = Pairs("""
            won't=will not|can't=can not|cannot=can not|shan't=shall not|let's=let us|it's=it is|that's=that is|what's=what is
            there's=there is|here's=here is|he's=he is|she's=she is|who's=who is|where's=where is|how's=how is|y'all=you all
            ma'am=madam|o'clock=oclock|gonna=going to|wanna=want to|gotta=got to|okay=ok|mr=mister|mrs=missus|dr=doctor
            alright=all right|ain't=is not|o.k.=ok|e-mail=email|voice mail=voicemail
            """),
    };

    private static LanguageWords MakeFrench() => new()
    {
        IsFrench = true,
        Joiner = "et",
        Hundreds = FrozenSet.Create("cent", "cents"),
        Units = With(Counted("zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize", 0, 1),
            ("une", 1), ("zero", 0)),
        Tens = With(Counted("vingt trente quarante cinquante soixante septante huitante nonante", 20, 10), ("octante", 80), ("vingts", 20)),
        Scales = new Dictionary<string, long>
        {
            ["mille"] = 1_000,
            ["mil"] = 1_000,
            ["million"] = 1_000_000,
            ["millions"] = 1_000_000,
            ["milliard"] = 1_000_000_000,
            ["milliards"] = 1_000_000_000,
        }.ToFrozenDictionary(),
        Ordinals = FrenchOrdinals(),
        Whole = Pairs("mme=madame|mr=monsieur|ok=ok|okay=ok|svp=s'il vous plaît"),
    };

    private static FrozenDictionary<string, string> EnglishOrdinals()
    {
        var result = new Dictionary<string, string>();
        var small = ("zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth " +
            "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth").Split(' ');
        for (var i = 0; i < small.Length; i++) result[Figures(i)] = small[i];
        string[] tens = ["twenty/twentieth", "thirty/thirtieth", "forty/fortieth", "fifty/fiftieth", "sixty/sixtieth",
            "seventy/seventieth", "eighty/eightieth", "ninety/ninetieth"];
        for (var t = 0; t < tens.Length; t++)
        {
            var parts = tens[t].Split('/');
            var ten = 10 * (t + 2);
            result[Figures(ten)] = parts[1];
            for (var u = 1; u <= 9; u++) result[Figures(ten + u)] = $"{parts[0]} {small[u]}";
        }
        result["100th"] = "hundredth";
        result["1000th"] = "thousandth";
        return result.ToFrozenDictionary();

        static string Figures(int n) => n.ToString(CultureInfo.InvariantCulture) + ((n % 100) is 11 or 12 or 13 ? "th" : (n % 10) switch
        {
            1 => "st",
            2 => "nd",
            3 => "rd",
            _ => "th",
        });
    }

    private static FrozenDictionary<string, string> FrenchOrdinals()
    {
        var words =
            ("- premier deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième onzième douzième treizième " +
            "quatorzième quinzième seizième dix_septième dix_huitième dix_neuvième vingtième").Split(' ')
            .Select((w, i) => (Number: i, Word: w.Replace('_', ' '))).Skip(2)
            .Concat([(30, "trentième"), (40, "quarantième"), (50, "cinquantième"), (60, "soixantième"), (70, "soixante dixième"),
                (80, "quatre vingtième"), (90, "quatre vingt dixième"), (100, "centième"), (1000, "millième")]);
        var result = new Dictionary<string, string>();
        foreach (var (number, word) in words)
            foreach (var ending in (string[])["e", "è", "ème", "eme", "ième"])
                result[number.ToString(CultureInfo.InvariantCulture) + ending] = word;
        foreach (var (figures, word) in ((string, string)[])[("1er", "premier"), ("1ère", "première"), ("1re", "première"),
            ("2nd", "second"), ("2nde", "seconde")])
            result[figures] = word;
        return result.ToFrozenDictionary();
    }

    private static FrozenDictionary<string, int> Counted(string words, int first, int step) =>
        words.Split(' ').Select((w, i) => KeyValuePair.Create(w, first + i * step)).ToFrozenDictionary();

    private static FrozenDictionary<string, int> With(FrozenDictionary<string, int> words, params (string Word, int Value)[] more) =>
        words.Concat(more.Select(m => KeyValuePair.Create(m.Word, m.Value))).ToFrozenDictionary();

    private static FrozenDictionary<string, string> Pairs(string text) =>
        text.Split(['|', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(p => p.Split('=')).ToFrozenDictionary(p => p[0], p => p[1]);
}
