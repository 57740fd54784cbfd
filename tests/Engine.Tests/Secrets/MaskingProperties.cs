using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace SpeechQA.Engine.Tests.Secrets;

/// <summary>Numbers of every kind of spelling, with card numbers among them.</summary>
public sealed class MaskingProperties
{
    /// <summary>A word and the digits it says; null: it ends a number; empty: it does not.</summary>
    private static readonly (string Word, string? Digits)[] Others =
        [("um", ""), ("et", ""), ("please", null), ("voilà", null), ("x", null)];

    private static readonly string[] English = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    private static readonly string[] French = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"];

    [Property(MaxTest = 300)]
    public Property No_valid_card_number_is_left() => Prop.ForAll(Speech().ToArbitrary(), utterances =>
    {
        var call = new SecretCall();
        foreach (var words in utterances) call.Customer(string.Join(' ', words.Select(w => w.Word)));
        var shown = call.Shown.OrderBy(s => s.Key.Index).SelectMany(s => s.Value.Words).Select(w => w.Text).ToList();
        var said = utterances.SelectMany(u => u).ToList();
        return said.Count == shown.Count && Numbers(said, shown).All(n => n.Length is < 13 or > 19 || !IsLuhn(n));
    });

    private static Gen<(string Word, string? Digits)[][]> Speech()
    {
        var digit = from d in Gen.Choose(0, 9) from f in Gen.Choose(0, 2) select new[] { Spelt(d, f) };
        var group = from n in Gen.Choose(0, 9999) select new[] { (n.ToString("0000"), (string?)n.ToString("0000")) };
        var other = from o in Gen.Elements(Others) select new[] { o };
        var card = from length in Gen.Choose(13, 19)
                   from digits in Gen.Choose(0, 9).ArrayOf(length - 1)
                   from form in Gen.Choose(0, 2)
                   select Card(digits).Select(d => Spelt(d, form)).ToArray();
        var piece = Gen.Frequency((5, digit), (2, group), (2, other), (1, card));
        var utterance = from pieces in piece.NonEmptyListOf() select pieces.SelectMany(p => p).ToArray();
        return from count in Gen.Choose(1, 3) from utterances in utterance.ArrayOf(count) select utterances;
    }

    private static (string Word, string? Digits) Spelt(int digit, int form) =>
        (form switch { 0 => English[digit], 1 => French[digit], _ => digit.ToString() }, digit.ToString());

    private static int[] Card(int[] digits)
    {
        var check = Enumerable.Range(0, 10).First(c => IsLuhn(string.Concat(digits) + c));
        return [.. digits, check];
    }

    private static List<string> Numbers(List<(string Word, string? Digits)> said, List<string> shown)
    {
        var numbers = new List<string> { "" };
        for (var i = 0; i < said.Count; i++)
        {
            if (shown[i] != said[i].Word || said[i].Digits is null) numbers.Add("");
            else numbers[^1] += said[i].Digits;
        }
        return numbers;
    }

    // Written otherwise than in the engine: digits doubled in turn from the right, the digits of the products added.
    private static bool IsLuhn(string number) => number.Reverse()
        .Select((c, i) => (c - '0') * (1 + i % 2)).Sum(p => p / 10 + p % 10) % 10 == 0;
}
