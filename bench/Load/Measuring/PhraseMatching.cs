using SpeechQA.Bench.Scoring;
using SpeechQA.Bench.Truth;

namespace SpeechQA.Bench.Load.Measuring;

/// <summary>An alert as a page got it; times in seconds of the call.</summary>
/// <param name="Received">Stamp of its arrival.</param>
internal sealed record HeardAlert(string Id, string Rule, string Party, double Start, double End, long Received)
{
    public bool Withdrawn { get; set; }

    /// <summary>
    /// What its evidence spans: more than at first when it was raised early and the final text held another phrase of the same rule.
    /// </summary>
    public (double Start, double End) Evidence { get; set; } = (Start, End);

    /// <summary>Its way through the server, in words.</summary>
    public string Stages { get; init; } = "";
}

/// <param name="Found">An alert told of it, perhaps one that began before.</param>
/// <param name="Alert">The alert whose end is that of the phrase: its delay can be told. Null: none.</param>
internal sealed record PhraseOutcome(TruthEvent Event, bool Found, HeardAlert? Alert);

/// <summary>
/// Which alert told of which phrase. Found is what <c>evaluate calls</c> counts as found: rule, party, and a span near the
/// event. A delay needs more, because one alert may cover two phrases that follow each other: each alert is the answer to
/// one phrase at most, whose end is nearest to its own.
/// </summary>
internal static class PhraseMatching
{
    private const double Before = 1.0, After = 5.0;

    /// <summary>Farthest that the end of an alert's evidence may lie from the end of its phrase, seconds.</summary>
    private const double Nearest = 1.5;

    /// <param name="events">Times in seconds of the call; all with an end of the phrase.</param>
    public static IReadOnlyList<PhraseOutcome> Match(IReadOnlyList<TruthEvent> events, IReadOnlyList<HeardAlert> alerts)
    {
        var valid = alerts.Where(a => !a.Withdrawn).ToList();
        var pairs = from e in events
                    from a in valid
                    where Fits(a, e)
                    let distance = Math.Abs(a.End - e.PhraseEnd!.Value)
                    where distance <= Nearest
                    orderby distance, a.Received
                    select (Event: e, Alert: a);
        var answers = new Dictionary<TruthEvent, HeardAlert>(ReferenceEqualityComparer.Instance);
        var taken = new HashSet<HeardAlert>(ReferenceEqualityComparer.Instance);
        foreach (var (e, a) in pairs)
            if (!answers.ContainsKey(e) && taken.Add(a)) answers[e] = a;
        return [.. events.Select(e => new PhraseOutcome(e,
            valid.Any(a => Fits(a, e) && a.Evidence.Start <= e.End + After && a.Evidence.End >= e.Start - Before),
                answers.GetValueOrDefault(e)))];
    }

    private static bool Fits(HeardAlert alert, TruthEvent e) => AlertMapping.Covers(alert.Rule, e.Type)
        && (e.Party == "both" || alert.Party == e.Party);
}
