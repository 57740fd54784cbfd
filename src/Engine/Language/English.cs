using System.Collections.Frozen;

namespace SpeechQA.Engine.Language;

/// <summary>English: contractions, small numbers, hesitations; forms in <see cref="EnglishForms"/>.</summary>
internal sealed class English() : SpokenLanguage("en")
{
    private static readonly FrozenSet<string> Hesitations =
        FrozenSet.ToFrozenSet(["um", "umm", "uh", "uhh", "uhm", "erm", "er", "hmm", "hm", "mm", "mhm"]);

    /// <summary>Words that become several, or another one. "'d" is read as "would", which it nearly always is on the telephone.</summary>
    private static readonly FrozenDictionary<string, string[]> Whole = new Dictionary<string, string[]>
    {
        ["can't"] = ["can", "not"],
        ["cant"] = ["can", "not"],
        ["cannot"] = ["can", "not"],
        ["won't"] = ["will", "not"],
        ["wont"] = ["will", "not"],
        ["shan't"] = ["shall", "not"],
        ["ain't"] = ["is", "not"],
        ["dont"] = ["do", "not"],
        ["doesnt"] = ["does", "not"],
        ["didnt"] = ["did", "not"],
        ["isnt"] = ["is", "not"],
        ["wasnt"] = ["was", "not"],
        ["couldnt"] = ["could", "not"],
        ["wouldnt"] = ["would", "not"],
        ["havent"] = ["have", "not"],
        ["im"] = ["i", "am"],
        ["ive"] = ["i", "have"],
        ["youre"] = ["you", "are"],
        ["youve"] = ["you", "have"],
        ["theyre"] = ["they", "are"],
        ["thats"] = ["that", "is"],
        ["let's"] = ["let", "us"],
        ["lets"] = ["let", "us"],
        ["gonna"] = ["going", "to"],
        ["wanna"] = ["want", "to"],
        ["gotta"] = ["got", "to"],
        ["lemme"] = ["let", "me"],
        ["gimme"] = ["give", "me"],
        ["'cause"] = ["because"],
        ["cos"] = ["because"],
        ["o'clock"] = ["oclock"],
        ["ok"] = ["okay"],
        ["1st"] = ["first"],
        ["2nd"] = ["second"],
        ["3rd"] = ["third"],
        ["5th"] = ["fifth"],
        ["8th"] = ["eighth"],
        ["9th"] = ["ninth"],
        ["12th"] = ["twelfth"],
        ["20th"] = ["twentieth"],
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string[]>.AlternateLookup<ReadOnlySpan<char>> WholeBySpan =
        Whole.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> HesitationsBySpan =
        Hesitations.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>After these "'s" means "is"; after other words it may be the possessive and stays "s".</summary>
    private static readonly FrozenSet<string> TakeIs = FrozenSet.ToFrozenSet(
        ["it", "he", "she", "that", "what", "who", "where", "there", "here", "how", "when", "this", "everything", "something", "nothing",
            "nobody"]);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> TakeIsBySpan =
        TakeIs.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    public override IReadOnlySet<string> FormsOf(string word) => EnglishForms.Of(word);

    internal override string Cardinal(int number) => number switch
    {
        < 20 => Small[number],
        < 100 => number % 10 == 0 ? Tens[number / 10] : $"{Tens[number / 10]} {Small[number % 10]}",
        < 1000 => $"{Small[number / 100]} hundred{(number % 100 == 0 ? "" : " " + Cardinal(number % 100))}",
        _ => $"{Cardinal(number / 1000)} thousand{(number % 1000 == 0 ? "" : " " + Cardinal(number % 1000))}",
    };

    internal override void Split<TSink>(ReadOnlySpan<char> run, ref TSink sink)
    {
        if (HesitationsBySpan.Contains(run)) return;
        if (WholeBySpan.TryGetValue(run, out var words))
        {
            foreach (var word in words) sink.Add(word);
            return;
        }
        if (char.IsAsciiDigit(run[0])) Digits(run, ref sink);
        else Contraction(run, ref sink);
    }

    private static void Contraction<TSink>(ReadOnlySpan<char> run, ref TSink sink)
        where TSink : struct, ITokenSink
    {
        var mark = run.IndexOf('\'');
        if (mark < 0)
        {
            sink.Add(run);
            return;
        }
        var tail = run[(mark + 1)..];
        if (tail is "t" && mark > 1 && run[mark - 1] == 'n')
        {
            sink.Add(run[..(mark - 1)]);
            sink.Add("not");
            return;
        }
        var head = run[..mark];
        sink.Add(head);
        switch (tail)
        {
            case "re": sink.Add("are"); break;
            case "ve": sink.Add("have"); break;
            case "ll": sink.Add("will"); break;
            case "d": sink.Add("would"); break;
            case "m": sink.Add("am"); break;
            case "s": sink.Add(TakeIsBySpan.Contains(head) ? "is" : "s"); break;
            default:
                var rest = tail.Trim('\'');
                if (rest.Length > 0) Contraction(rest, ref sink);
                break;
        }
    }

    private void Digits<TSink>(ReadOnlySpan<char> run, ref TSink sink)
        where TSink : struct, ITokenSink
    {
        var digits = run.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? run[..end] : run;
        var suffix = run[digits.Length..];
        var number = NumberWords.Read(digits);
        if (number < 0 || (suffix.Length > 0 && suffix is not "th"))
        {
            sink.Add(run);
            return;
        }
        if (suffix is "th")
        {
            if (number < 20) sink.Add(Small[number] + "th");
            else sink.Add(run);
            return;
        }
        NumberWords.Add(Cardinal(number), ref sink);
    }
}
