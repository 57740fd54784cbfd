using System.Globalization;
using SpeechQA.Engine.Conversation;

namespace SpeechQA.Host.Output;

/// <summary>The facts of a call in a few lines for a person.</summary>
internal static class FactLines
{
    public static IEnumerable<string> Of(CallFacts facts)
    {
        var legs = new LegNames([.. facts.Parties.OrderBy(p => p.Leg).Select(p => p.Party)]);
        foreach (var party in facts.Parties) yield return About(party, legs[party.Leg]);
        yield return Join(
            Text($"silence {facts.Silence.Seconds:0.0} s"),
            facts.Hold.Count == 0
                ? null
                : Text($"hold {facts.Hold.Seconds:0.0} s ({string.Join(", ", facts.Hold.Stretches.Select(h => h.Sound).Distinct())})"),
            facts.OverlapSeconds is { } both ? Text($"both spoke {both:0.0} s") : null);
        yield return Join(
            Answer("problem solved", facts.ProblemResolved, "nothing said"), Answer("greeting", facts.Greeting),
                Answer("recording notice", facts.RecordingNotice),
            Answer("further help", facts.FurtherHelp), Answer("empathy", facts.Empathy), Answer("call back", facts.CallbackPromised));
    }

    private static string About(PartyFacts party, string name) => $"{name}: " + Join(
        party.TalkShare is { } share ? Text($"{share * 100:0} % of the talk") : "said nothing",
        party.WordsPerMinute is { } pace ? Text($"{pace:0} words/min") : null,
        party.Interruptions is > 0 ? Text($"cut in {party.Interruptions} time{(party.Interruptions == 1 ? "" : "s")}") : null,
        party.Sentiment is { } s
            ? Text($"words {s.Overall:+0.00;-0.00;0.00}, by quarter {ByQuarter(s)}, at the end {s.End:+0.00;-0.00;0.00}")
            : null);

    private static string ByQuarter(SentimentFacts sentiment) =>
        string.Join(' ', sentiment.Quarters.Select(q => q is { } value ? Text($"{value:+0.0;-0.0;0.0}") : "-"));

    private static string Answer(string name, SaidFact fact, string unknown = "not known")
    {
        var value = fact.Value switch { true => "yes", false => "no", null => unknown };
        return fact.Evidence is [var first, ..] ? $"{name} {value} (\"{first.Text}\")" : $"{name} {value}";
    }

    private static string Join(params string?[] parts) => string.Join("; ", parts.Where(p => p is not null));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
