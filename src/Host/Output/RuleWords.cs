using System.Globalization;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Rules;

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
        PaceCondition p => $"a turn of at least {Seconds(p.Over)} is faster than {string.Join(", ", p.WordsPerMinute.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => Text($"{w.Value} words/min ({w.Key})")))}",
        InflectionCondition i => $"the voice{By(i.Party)} {Heard(i.Mark)}",
        RaisedVoiceCondition r => $"the voice{By(r.Party)} is raised{(r.Semitones > 0 ? Text($", {r.Semitones} semitones or more") : "")}{(r.Decibels is { } db ? Text($", {db} dB or more") : "")}",
        FiredCondition f => $"{string.Join(" or ", f.Rules)} found something",
        AllCondition a => $"all within {Seconds(a.Within)}: {Parts(a, " and ")}",
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
        return $"said{(p.Party is { } party ? $" by the {CallJson.Name(party)}" : "")}: {quoted}{more}";
    }

    private static string By(Party? party) => party is { } one ? $" of the {CallJson.Name(one)}" : "";

    private static string Seconds(TimeSpan time) => Text($"{time.TotalSeconds} s");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
