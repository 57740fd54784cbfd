using System.Collections.Frozen;
using System.Text;

namespace SpeechQA.Engine.Secrets;

/// <summary>A number, a spelt letter or a month of a leg.</summary>
/// <param name="Text">Digits, or one lower-case letter, or the month's name.</param>
/// <param name="First">Index of its first word in the leg.</param>
/// <param name="Last">Index of its last word.</param>
internal readonly record struct SpokenItem(string Text, int First, int Last)
{
    public bool IsDigits => char.IsAsciiDigit(Text[0]);
    public bool IsLetter => Text.Length == 1 && !IsDigits;
    public bool IsMonth => Text.Length > 1 && !IsDigits;
}

/// <summary>Items of one leg that belong together.</summary>
internal sealed record SpokenRun(int Leg, IReadOnlyList<HeardWord> Heard, IReadOnlyList<SpokenItem> Items)
{
    private const int LongestAmount = 7;

    private static readonly FrozenSet<string> Units = FrozenSet.ToFrozenSet(
        ["euro", "euros", "pound", "pounds", "dollar", "dollars", "quid", "pence", "livres", "francs", "percent", "minutes", "hours",
            "heures", "days", "jours", "points"]);

    public long Start => Heard[Items[0].First].Start;
    public long End => Heard[Items[^1].Last].End;

    /// <summary>A month is named; "may" is one only beside a number.</summary>
    public bool HasMonth => Items.Any(i => i.IsMonth && (i.Text != "may" || Digits.Length > 0));

    /// <summary>All digits of the run, ASCII.</summary>
    public string Digits { get; } = Joined(Items.Where(i => i.IsDigits));

    /// <summary>A sum of money or a duration, as far as its size and the word after it tell.</summary>
    public bool IsAmount => Digits.Length <= LongestAmount
        && (Items.Any(i => Heard[i.First].Text.AsSpan().ContainsAny('£', '€', '$'))
            || (Next is { Parts: [var unit, ..] } && Units.Contains(unit)));

    private HeardWord? Next => Items[^1].Last + 1 is var next && next < Heard.Count ? Heard[next] : null;

    public static string Joined(IEnumerable<SpokenItem> items) =>
        items.Aggregate(new StringBuilder(), (text, item) => text.Append(item.Text), text => text.ToString());
}
