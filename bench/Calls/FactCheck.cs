using System.Globalization;
using SpeechQA.Bench.Truth;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Bench.Calls;

/// <summary>One fact of one call held against the truth.</summary>
/// <param name="Right">Null for figures, which have a <paramref name="Difference"/> instead.</param>
/// <param name="Difference">Found less true, in the figure's unit; null when nothing was found.</param>
/// <param name="Evidence">What the fact rests on, for a person.</param>
internal sealed record FactCheck(string Call, string Fact, string Truth, string Found, bool? Right, double? Difference = null,
    string? Evidence = null)
{
    /// <summary>Facts of truth files that calls have no fact for.</summary>
    public const string NotCompared = "cancelled, refund and anger of the truth files are no facts here (rules raise alerts about them)";

    /// <summary>As the truth files count silence and turns.</summary>
    private const double ShortestSilence = 3;

    /// <summary>Everything that the truth tells of a call and its facts do, too.</summary>
    public static IEnumerable<FactCheck> Of(CallFacts facts, CallTruth truth)
    {
        var call = truth.Call.Id;
        if (truth.Facts is { } known)
        {
            if (known.Resolved is { } resolved) yield return Said(call, "resolved", resolved, facts.ProblemResolved);
            if (known.CallbackPromised is { } promised) yield return Said(call, "callback promised", promised, facts.CallbackPromised);
            if (known.RecordingNotice is { } notice)
                yield return Of(call, "recording notice", notice, NoticeOf(facts.RecordingNotice),
                    facts.RecordingNotice.Evidence.FirstOrDefault()?.Text);
        }
        foreach (var check in Holds(facts, truth).Concat(Interruptions(facts, truth))) yield return check;
        if (truth.Utterances.Count == 0) yield break;
        yield return Figure(call, "silence s", TrueSilence(truth), facts.Silence.Seconds);
        foreach (var party in facts.Parties.Where(p => p.Party != Party.Unknown))
        {
            var name = PartyName.Of(party.Party);
            var own = truth.Utterances.Where(u => u.Party == name).ToList();
            var talk = own.Sum(u => u.End - u.Start);
            yield return Figure(call, $"talk share, {name} %", 100 * talk / truth.Utterances.Sum(u => u.End - u.Start),
                100 * party.TalkShare);
            if (talk > 0) yield return Figure(call, $"words/min, {name}", own.Sum(u => WordsOf(u.Text)) * 60 / talk, party.WordsPerMinute);
        }
    }

    private static IEnumerable<FactCheck> Holds(CallFacts facts, CallTruth truth)
    {
        var left = facts.Hold.Stretches.ToList();
        foreach (var e in truth.Events.Where(e => e.Type == "hold_silence"))
        {
            var found = left.Find(h => Math.Min(h.End, e.End) - Math.Max(h.Start, e.Start) >= (e.End - e.Start) / 2);
            if (found is not null) left.Remove(found);
            yield return Of(truth.Call.Id, "hold", $"{e.Kind ?? "hold"} at {Second(e.Start)}", found is null
                ? "none"
                : $"{found.Sound} at {Second(found.Start)}", found?.Evidence?.Text,
                found is not null && (e.Kind is null || found.Sound == e.Kind));
        }
        // A short wait that was asked for is one, though no alert is due.
        foreach (var more in left.Where(h => !truth.NearMisses.Any(n => n.Type == "hold_silence" && n.Start < h.End && h.Start < n.End)))
            yield return Of(truth.Call.Id, "hold", "none", $"{more.Sound} at {Second(more.Start)}", more.Evidence?.Text, false);
    }

    private static IEnumerable<FactCheck> Interruptions(CallFacts facts, CallTruth truth)
    {
        var left = (facts.Interruptions ?? []).ToList();
        foreach (var e in truth.Events.Where(e => e.Type == "talk_over"))
        {
            var found = left.FirstOrDefault(i => i.Start < e.End && e.Start < i.Start + i.Seconds);
            if (found is not null) left.Remove(found);
            yield return Of(truth.Call.Id, "interruption", $"{e.Interrupter} at {Second(e.Start)}", found is null
                ? "none"
                : $"{PartyName.Of(found.By)} at {Second(found.Start)}", null,
                found is not null && (e.Interrupter is null || PartyName.Of(found.By) == e.Interrupter));
        }
        foreach (var more in left)
            yield return Of(truth.Call.Id, "interruption", "none", $"{PartyName.Of(more.By)} at {Second(more.Start)}", null, false);
    }

    private static string NoticeOf(SaidFact fact) => fact switch
    {
        { Value: true, Evidence: [var first, ..] } => first.Start <= 20 ? "given" : "late",
        { Value: false } => "missing",
        _ => "unknown",
    };

    // French sets its question marks apart.
    private static int WordsOf(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .Count(w => w.Any(char.IsLetterOrDigit));

    private static double TrueSilence(CallTruth truth)
    {
        var (sum, end) = (0.0, double.PositiveInfinity);
        foreach (var u in truth.Utterances.OrderBy(u => u.Start))
        {
            if (u.Start - end >= ShortestSilence) sum += u.Start - end;
            end = double.IsInfinity(end) ? u.End : Math.Max(end, u.End);
        }
        return sum;
    }

    private static FactCheck Said(string call, string fact, bool truth, SaidFact found) =>
        Of(call, fact, Answer(truth), Answer(found.Value), found.Evidence.FirstOrDefault() is { } e ? $"{e.Cue}, {e.How}: {e.Text}" : null);

    private static FactCheck Of(string call, string fact, string truth, string found, string? evidence, bool? right = null) =>
        new(call, fact, truth, found, right ?? truth == found, null, evidence);

    private static FactCheck Figure(string call, string fact, double truth, double? found) =>
        new(call, fact, Number(truth), found is { } f ? Number(f) : "unknown", null, found - truth);

    private static string Answer(bool? value) => value switch { true => "yes", false => "no", null => "nothing said" };

    private static string Second(double seconds) => Number(seconds) + " s";

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
