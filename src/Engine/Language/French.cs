using System.Collections.Frozen;

namespace SpeechQA.Engine.Language;

/// <summary>
/// French: elisions, small numbers, hesitations; forms in <see cref="FrenchForms"/>. The "ne" of a negation is left out,
/// as speakers mostly do: "je ne veux pas" and "je veux pas" are the same words.
/// </summary>
internal sealed class French() : SpokenLanguage("fr")
{
    private static readonly FrozenSet<string> LeftOut =
        FrozenSet.ToFrozenSet(["euh", "heu", "hum", "hmm", "hm", "mm", "hein", "bah", "ben", "beh", "ne", "n"]);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> LeftOutBySpan =
        LeftOut.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenDictionary<string, string[]> Whole = new Dictionary<string, string[]>
    {
        ["1er"] = ["premier"],
        ["1ere"] = ["premiere"],
        ["1re"] = ["premiere"],
        ["2nd"] = ["second"],
        ["2nde"] = ["seconde"],
        ["chuis"] = ["je", "suis"],
        ["ok"] = ["d", "accord"],
        ["okay"] = ["d", "accord"],
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string[]>.AlternateLookup<ReadOnlySpan<char>> WholeBySpan =
        Whole.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] Small =
    [
        "zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
        "quatorze", "quinze", "seize", "dix sept", "dix huit", "dix neuf",
    ];

    private static readonly string[] Tens = ["", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre vingt",
        "quatre vingt"];

    private static readonly string[] Ordinals =
    [
        "", "premier", "deuxieme", "troisieme", "quatrieme", "cinquieme", "sixieme", "septieme", "huitieme", "neuvieme",
        "dixieme", "onzieme", "douzieme",
    ];

    public override IReadOnlySet<string> FormsOf(string word) => FrenchForms.Of(word);

    internal override string Cardinal(int number)
    {
        if (number >= 1000)
            return (number < 2000 ? "" : Cardinal(number / 1000) + " ") + "mille" + Rest(number % 1000);
        if (number >= 100)
            return (number < 200 ? "" : Small[number / 100] + " ") + (number >= 200 && number % 100 == 0 ? "cents" : "cent")
                + Rest(number % 100);
        if (number < 20) return Small[number];
        var tens = number / 10;
        var rest = tens is 7 or 9 ? number % 20 : number % 10;
        if (rest == 0) return number == 80 ? "quatre vingts" : Tens[tens];
        return (rest is 1 or 11) && tens < 8 ? $"{Tens[tens]} et {Small[rest]}" : $"{Tens[tens]} {Small[rest]}";

        string Rest(int below) => below == 0 ? "" : " " + Cardinal(below);
    }

    internal override void Split<TSink>(ReadOnlySpan<char> run, ref TSink sink)
    {
        foreach (var part in run.Split('\''))
        {
            var word = run[part];
            if (word.IsEmpty || LeftOutBySpan.Contains(word)) continue;
            if (WholeBySpan.TryGetValue(word, out var words))
                foreach (var one in words) sink.Add(one);
            else if (char.IsAsciiDigit(word[0])) Digits(word, ref sink);
            else sink.Add(word);
        }
    }

    private void Digits<TSink>(ReadOnlySpan<char> run, ref TSink sink)
        where TSink : struct, ITokenSink
    {
        var digits = run.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? run[..end] : run;
        var suffix = run[digits.Length..];
        var number = NumberWords.Read(digits);
        if (number >= 0 && suffix.IsEmpty) NumberWords.Add(Cardinal(number), ref sink);
        else if (number is > 1 and <= 12 && suffix is "e" or "eme") sink.Add(Ordinals[number]);
        else sink.Add(run);
    }
}
