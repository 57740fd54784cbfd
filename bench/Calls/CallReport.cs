using System.Globalization;
using System.Text.Json.Nodes;
using SpeechQA.Bench.Reports;
using SpeechQA.Bench.Scoring;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.Calls;

/// <summary>Shows and stores the figures of a <see cref="CallEvaluation"/>.</summary>
internal static class CallReport
{
    public static void Write(ConsoleOutput console, CallEvaluation evaluation)
    {
        var score = evaluation.Score;
        TypeTable(score).Write(console);
        console.Out.WriteLine();
        RuleTable(score).Write(console);
        console.Out.WriteLine();
        VoiceTable(evaluation).Write(console);
        console.Out.WriteLine();
        foreach (var miss in score.Misses) WriteMiss(console.Out, miss, evaluation);
        foreach (var alarm in score.FalseAlarms) WriteFalseAlarm(console.Out, alarm, evaluation);
        foreach (var leak in evaluation.Leaks)
            console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"leak   {leak.Call,-28} {leak.Secret.Type,-24} {leak.Where} at {leak.Secret.Start:F2}: {leak.Text}"));
        foreach (var (rule, count) in score.UnknownRules)
            console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"not scored: rule {rule} ({count} alerts)"));
        console.Out.WriteLine();
        GroupTable(score).Write(console);
        console.Out.WriteLine();
        FactReport.Write(console, evaluation.Facts);
        console.Out.WriteLine(Closing(evaluation));
    }

    /// <summary>What the tables do not say, in one line.</summary>
    private static string Closing(CallEvaluation evaluation)
    {
        var raised = evaluation.Raised.Where(r => r.Turns > 0).ToList();
        var calm = evaluation.Raised.Where(r => r.Turns == 0).ToList();
        var near = evaluation.Score.FalseAlarms.Count(f => f.NearMiss is not null);
        return string.Create(CultureInfo.InvariantCulture,
            $"near misses that alert: {near}; secrets that can be read: {evaluation.Leaks.Count}; ") +
            string.Create(CultureInfo.InvariantCulture,
                $"calls with raised turns: {raised.Count(r => r.Heard)} of {raised.Count} have an alert about the voice, "
                + $"{raised.Count(r => r.Anger > 0)} customer-anger; without: {calm.Count(r => r.Heard)} of {calm.Count}");
    }

    private static ReportTable VoiceTable(CallEvaluation evaluation)
    {
        var table = new ReportTable(new("voice", false), new("raised turns"), new("rising-tension"), new("customer-anger"),
            new("elsewhere"));
        foreach (var r in evaluation.Raised)
            table.Add(r.Call, ReportText.Text(r.Turns), ReportText.Text(r.Tension), ReportText.Text(r.Anger), ReportText.Text(r.Elsewhere));
        return table;
    }

    private static ReportTable TypeTable(AlertScore score)
    {
        var table = new ReportTable(new("type", false), new("rule", false), new("events"), new("found"), new("recall"), new("delay med s"),
            new("delay max s"));
        foreach (var (type, t) in score.Types)
            table.Add(type, AlertMapping.RulesOf(type), ReportText.Text(t.Events), ReportText.Text(t.Found), ReportText.Text(t.Recall),
                ReportText.Text(ScoreTotal.Median(t.Delays)), ReportText.Text(Max(t.Delays)));
        return table;
    }

    private static ReportTable RuleTable(AlertScore score)
    {
        var table = new ReportTable(new("rule", false), new("alerts"), new("right"), new("false"), new("repeats"), new("precision"));
        foreach (var (rule, r) in score.Rules)
            table.Add(rule, ReportText.Text(r.Alerts), ReportText.Text(r.Right), ReportText.Text(r.False), ReportText.Text(r.Repeats),
                ReportText.Text(r.Precision));
        return table;
    }

    private static ReportTable GroupTable(AlertScore score)
    {
        var table = new ReportTable(new("in all", false), new("events"), new("found"), new("recall"), new("alerts"), new("false"),
            new("precision"), new("repeats"), new("delay med s"), new("delay max s"));
        foreach (var (name, rules) in AlertMapping.Groups.Append(("all", [.. AlertMapping.Types.Keys])))
        {
            var t = ScoreTotal.Of(score, rules);
            if (t.Events + t.Alerts == 0) continue;
            table.Add(name, ReportText.Text(t.Events), ReportText.Text(t.Found), ReportText.Text(t.Recall), ReportText.Text(t.Alerts),
                ReportText.Text(t.Alerts - t.Right), ReportText.Text(t.Precision), ReportText.Text(t.Repeats),
                ReportText.Text(ScoreTotal.Median(t.Delays)), ReportText.Text(Max(t.Delays)));
        }
        return table;
    }

    private static void WriteMiss(TextWriter output, MissedEvent miss, CallEvaluation evaluation)
    {
        var e = miss.Event;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"miss   {miss.Call,-28} {e.Type,-24} {e.Party,-8} {e.Start,7:F2}-{e.End,-7:F2} {e.Text}"));
        AlertLines.WriteHeard(output, evaluation.Calls.GetValueOrDefault(miss.Call), e.Start, e.End, e.Party);
    }

    private static void WriteFalseAlarm(TextWriter output, FalseAlarm alarm, CallEvaluation evaluation)
    {
        var a = alarm.Alert;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"false  {alarm.Call,-28} {a.Rule,-24} {a.Party,-8} {a.Start,7:F2}-{a.End ?? a.Start,-7:F2} "
            + $"{(alarm.NearMiss is null ? "" : $"near miss: {alarm.NearMiss}")}"));
        var call = evaluation.Calls.GetValueOrDefault(alarm.Call);
        if (call?.Alerts.FirstOrDefault(x => CallEvaluation.Scored(x) == a) is { } alert) AlertLines.WriteEvidence(output, alert);
        AlertLines.WriteHeard(output, call, a.Start, a.End ?? a.Start, a.Party);
    }

    /// <summary>The same shape as the Python scorer's, so that one can be held against the other; and <c>facts</c>.</summary>
    public static void WriteJson(string path, CallEvaluation evaluation)
    {
        var score = evaluation.Score;
        static JsonObject Map<T>(IEnumerable<KeyValuePair<string, T>> items, Func<T, JsonNode> value) =>
            new(items.Select(i => KeyValuePair.Create<string, JsonNode?>(i.Key, value(i.Value))));
        var total = ScoreTotal.Of(score);
        var report = new JsonObject
        {
            ["types"] = Map(score.Types, t => new JsonObject
            {
                ["events"] = t.Events,
                ["found"] = t.Found,
                ["delays"] =
                new JsonArray([.. t.Delays.Select(d => JsonValue.Create(d))])
            }),
            ["rules"] = Map(score.Rules, r => new JsonObject
            {
                ["alerts"] = r.Alerts,
                ["right"] = r.Right,
                ["false"] = r.False,
                ["repeats"] = r.Repeats
            }),
            ["misses"] = new JsonArray([.. score.Misses.Select(m => new JsonObject
            {
                ["call"] = m.Call, ["type"] = m.Event.Type, ["party"] = m.Event.Party, ["start"] = m.Event.Start, ["end"] = m.Event.End,
                    ["text"] = m.Event.Text,
            })]),
            ["false_alarms"] = new JsonArray([.. score.FalseAlarms.Select(f => new JsonObject
            {
                ["call"] = f.Call, ["rule"] = f.Alert.Rule, ["party"] = f.Alert.Party, ["start"] = f.Alert.Start, ["end"] = f.Alert.End,
                    ["near_miss"] = f.NearMiss,
            })]),
            ["leaks"] = new JsonArray([.. evaluation.Leaks.Select(l =>
                new JsonObject { ["call"] = l.Call, ["type"] = l.Secret.Type, ["where"] = l.Where, ["text"] = l.Text })]),
            ["voice"] = new JsonArray([.. evaluation.Raised.Select(r => new JsonObject
            {
                ["call"] = r.Call, ["raised_turns"] = r.Turns, ["rising_tension"] = r.Tension, ["customer_anger"] = r.Anger,
                    ["elsewhere"] = r.Elsewhere,
            })]),
            ["unknown_rules"] = Map(score.UnknownRules, n => JsonValue.Create(n)),
            ["total"] = new JsonObject
            {
                ["events"] = total.Events,
                ["found"] = total.Found,
                ["recall"] = total.Recall,
                ["alerts"] = total.Alerts,
                ["right"] = total.Right,
                ["precision"] = total.Precision,
                ["repeats"] = total.Repeats,
                ["delay_median"] = ScoreTotal.Median(total.Delays),
                ["delay_max"] = Max(total.Delays),
            },
            ["facts"] = FactReport.ToJson(evaluation.Facts),
        };
        File.WriteAllText(path, report.ToJsonString(ReportText.Json) + "\n");
    }

    private static double? Max(IReadOnlyList<double> values) => values.Count > 0 ? values.Max() : null;
}
