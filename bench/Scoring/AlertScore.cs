using SpeechQA.Bench.Truth;

namespace SpeechQA.Bench.Scoring;

/// <summary>An alert as it is scored; times in seconds of call time.</summary>
/// <param name="RaisedAt">When it was sent; null: delays count from <paramref name="End"/>.</param>
internal sealed record ScoredAlert(string Rule, string? Party, double Start, double? End, double? RaisedAt)
{
    /// <summary>Call time at which it was sent.</summary>
    public double Sent => RaisedAt ?? End ?? Start;
}

/// <summary>Events of one type.</summary>
internal sealed record TypeScore(int Events, int Found, IReadOnlyList<double> Delays)
{
    public double Recall => Found / (double)Events;
}

/// <summary>Alerts of one rule. A second alert on the same event is not wrong, but a repeat.</summary>
internal sealed record RuleScore(int Alerts, int Right, int False, int Repeats)
{
    public double Precision => Right / (double)Alerts;
}

internal sealed record MissedEvent(string Call, TruthEvent Event);

/// <param name="NearMiss">What the rule fell for, or null.</param>
internal sealed record FalseAlarm(string Call, ScoredAlert Alert, string? NearMiss);

/// <summary>
/// Alerts of calls against their truth. An alert matches an event when its rule covers the event's type, the party is right
/// (an event of party <c>both</c> takes any) and its span overlaps the event's from 1 s before to 5 s after. Recall counts
/// events, precision counts alerts; the delay is that of the alert that covers most of the event, from the time at which
/// the event could be known.
/// </summary>
internal sealed class AlertScore
{
    private const double Before = 1.0;
    private const double After = 5.0;

    private readonly SortedDictionary<string, TypeScore> _types = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, RuleScore> _rules = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _unknown = new(StringComparer.Ordinal);
    private readonly List<MissedEvent> _misses = [];
    private readonly List<FalseAlarm> _false = [];

    public IReadOnlyDictionary<string, TypeScore> Types => _types;
    public IReadOnlyDictionary<string, RuleScore> Rules => _rules;

    /// <summary>Rules that are not scored, with the number of their alerts.</summary>
    public IReadOnlyDictionary<string, int> UnknownRules => _unknown;
    public IReadOnlyList<MissedEvent> Misses => _misses;
    public IReadOnlyList<FalseAlarm> FalseAlarms => _false;

    /// <summary>Adds a call.</summary>
    public void Add(IEnumerable<ScoredAlert> alerts, CallTruth truth)
    {
        var events = truth.Events.Where(e => AlertMapping.RulesOf(e.Type).Length > 0).ToList();
        var found = new ScoredAlert?[events.Count];
        foreach (var alert in alerts.OrderBy(a => a.Sent)) Take(alert, events, found, truth);
        for (var i = 0; i < events.Count; i++) Count(events[i], found[i], truth.Call.Id);
    }

    private void Take(ScoredAlert alert, List<TruthEvent> events, ScoredAlert?[] found, CallTruth truth)
    {
        if (!AlertMapping.Types.ContainsKey(alert.Rule))
        {
            _unknown[alert.Rule] = _unknown.GetValueOrDefault(alert.Rule) + 1;
            return;
        }
        var hits = Enumerable.Range(0, events.Count).Where(i => Matches(alert, events[i])).ToList();
        var repeat = hits.Count > 0 && hits.All(i => found[i] is not null);
        var rule = _rules.GetValueOrDefault(alert.Rule) ?? new RuleScore(0, 0, 0, 0);
        _rules[alert.Rule] = new RuleScore(rule.Alerts + 1, rule.Right + (hits.Count > 0 ? 1 : 0), rule.False + (hits.Count > 0 ? 0 : 1),
            rule.Repeats + (repeat ? 1 : 0));
        if (hits.Count == 0) _false.Add(new FalseAlarm(truth.Call.Id, alert, NearMissOf(alert, truth)));
        foreach (var i in hits)
            if (found[i] is not { } first || Overlap(alert, events[i]) > Overlap(first, events[i]) + 0.01) found[i] = alert;
    }

    private void Count(TruthEvent e, ScoredAlert? alert, string call)
    {
        var type = _types.GetValueOrDefault(e.Type) ?? new TypeScore(0, 0, []);
        _types[e.Type] = alert is null
            ? type with { Events = type.Events + 1 }
            : new TypeScore(type.Events + 1, type.Found + 1, [.. type.Delays, alert.Sent - e.Decidable]);
        if (alert is null) _misses.Add(new MissedEvent(call, e));
    }

    /// <summary>Whether an alert is about an event.</summary>
    public static bool Matches(ScoredAlert alert, TruthEvent e) =>
        AlertMapping.Covers(alert.Rule, e.Type) && (e.Party == "both" || alert.Party == e.Party)
            && Near(alert, e, alert.End ?? alert.Start);

    private static bool Near(ScoredAlert alert, TruthEvent e, double end) => alert.Start <= e.End + After && end >= e.Start - Before;

    private static double Overlap(ScoredAlert alert, TruthEvent e) =>
        Math.Max(0, Math.Min(alert.End ?? alert.Start, e.End) - Math.Max(alert.Start, e.Start));

    private static string? NearMissOf(ScoredAlert alert, CallTruth truth)
    {
        var end = alert.End is { } e and not 0 ? e : alert.Start;
        var near = truth.NearMisses.FirstOrDefault(n => AlertMapping.Covers(alert.Rule, n.Type) && Near(alert, n, end));
        return near is null ? null : near.Text.Length > 0 ? near.Text : near.Type;
    }
}

/// <summary>Sums over types and rules.</summary>
internal sealed record ScoreTotal(int Events, int Found, int Alerts, int Right, int Repeats, IReadOnlyList<double> Delays)
{
    public double? Recall => Events > 0 ? Found / (double)Events : null;
    public double? Precision => Alerts > 0 ? Right / (double)Alerts : null;

    /// <summary>Over the types and rules of <paramref name="rules"/>; null: over all.</summary>
    public static ScoreTotal Of(AlertScore score, IReadOnlyCollection<string>? rules = null)
    {
        var types = score.Types.Where(t => rules is null || rules.Any(r => AlertMapping.Covers(r, t.Key))).Select(t => t.Value).ToList();
        var fired = score.Rules.Where(r => rules is null || rules.Contains(r.Key)).Select(r => r.Value).ToList();
        return new ScoreTotal(types.Sum(t => t.Events), types.Sum(t => t.Found), fired.Sum(r => r.Alerts), fired.Sum(r => r.Right),
            fired.Sum(r => r.Repeats), [.. types.SelectMany(t => t.Delays)]);
    }

    public static double? Median(IReadOnlyList<double> values)
    {
        if (values.Count == 0) return null;
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
