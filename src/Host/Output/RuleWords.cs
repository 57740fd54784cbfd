using System.Globalization;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Rules.Definitions;

namespace SpeechQA.Host.Output;

/// <summary>Says in words when a rule fires.</summary>
internal static class RuleWords
{
    /// <summary>Phrases of a condition that are quoted; the others are counted.</summary>
    private const int Quoted = 2;

    public static string Of(Condition condition) => condition switch
    {
        PhraseCondition p => $"{Said(p)}{(p.Near is { } near ? Text($" within {near} words, in any order") : "")}",
        NotSaidCondition n => $"not {Said(n.Phrase)} by {Seconds(n.By)} {(n.After is null ? "of the call" : $"after {Said(n.After)}")}",
        SilenceCondition s => $"nobody speaks for {Seconds(s.Longer)}",
        TalkOverCondition t => $"both speak for {Seconds(t.Longer)}",
        PaceCondition p => $"a turn of at least {Seconds(p.Over)} is faster than " + string.Join(", ",
            p.WordsPerMinute.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => Text($"{w.Value} words/min ({w.Key})"))),
        InflectionCondition i => $"the voice{By(i.Party)} {Heard(i.Mark)}{OnLine(i.Line)}",
        RaisedVoiceCondition r => $"the voice{By(r.Party)} is raised"
            + (r.Semitones > 0 ? Text($", {r.Semitones} semitones or more") : "")
            + (r.Decibels is { } db ? Text($", {db} dB or more") : "") + OnLine(r.Line),
        MeaningCondition { Intent: { } intent } m => $"meant{By(m.Party)}: intent {intent}{(m.Strict ? " (strict)" : "")}",
        MeaningCondition m => $"meant{By(m.Party)}: like \"{m.Examples[0]}\""
            + (m.Examples.Count > 1 ? Text($" or {m.Examples.Count - 1} more examples") : ""),
        SentimentCondition s => $"the words{By(s.Party)} are "
            + (s.Below is { } low ? Text($"negative, below {low}") : Text($"positive, above {s.Above}"))
            + (s.OfCall ? " over the call" : ""),
        SecretCondition s => $"{string.Join(" or ", s.Kinds)} spoken{(s.Party is { } who ? $" by the {PartyName.Of(who)}" : "")}",
        FiredCondition f => $"{string.Join(" or ", f.Rules)} found something",
        AllCondition a => $"all {(a.Overlapping ? "at the same time" : $"within {Seconds(a.Within)}")}: {Parts(a, " and ")}",
        AnyCondition a => Parts(a, " or "),
        NoneCondition n => $"without {Parts(n, " or ")}",
        SequenceCondition s => $"one after another within {Seconds(s.Within)}: {Parts(s, ", then ")}",
        _ => condition.GetType().Name,
    };

    private static string Heard(InflectionMark mark) => mark switch
    {
        InflectionMark.Alert => "sounds angry (strict alert)",
        InflectionMark.Watch => "sounds tense (watch: middling score, raised voice)",
        _ => "was judged, whatever it sounded like",
    };

    private static string Parts(Condition condition, string between) =>
        string.Join(between, condition.Parts.Select(c => c.Parts.Count > 1 ? $"[{Of(c)}]" : Of(c)));

    private static string Said(PhraseCondition p)
    {
        var quoted = string.Join(" | ", p.Phrases.Take(Quoted).Select(f => $"\"{f.Text}\""));
        var more = p.Phrases.Count > Quoted ? Text($" or {p.Phrases.Count - Quoted} more phrases") : "";
        var sound = p.Sound == PhoneticTolerance.Wide ? " (or what sounds much like it)" : "";
        return $"said{(p.Party is { } party ? $" by the {PartyName.Of(party)}" : "")}: {quoted}{more}{sound}";
    }

    private static string OnLine(LineGrade least) => least switch
    {
        LineGrade.Good => ", on a good line",
        LineGrade.Fair => ", on a line that is at least fair",
        _ => "",
    };

    private static string By(Party? party) => party is { } one ? $" of the {PartyName.Of(one)}" : "";

    private static string Seconds(TimeSpan time) => Text($"{time.TotalSeconds} s");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
