using System.Text.Json;
using SpeechQA.Bench.Scoring;
using SpeechQA.Bench.Truth;

namespace SpeechQA.Bench.Tests.Scoring;

/// <summary>The golden file was made by running the Python scorer on alerts made from the truth of the sample calls.</summary>
public sealed class AlertScoreTests
{
    private static readonly JsonElement Golden = GoldenFile.Read("Scoring", "alert-score.json");
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly CallTruth[] Truth = Golden.GetProperty("truth").Deserialize<CallTruth[]>(Format)!;

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Golden.GetProperty("cases").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void CountsAreThoseOfTheYardstick(int number)
    {
        var (score, expected) = Run(number);
        Assert.Equal(Counts(expected.GetProperty("types"), "events", "found"),
            score.Types.Select(t => $"{t.Key} {t.Value.Events} {t.Value.Found}"));
        Assert.Equal(Counts(expected.GetProperty("rules"), "alerts", "right", "false", "repeats"),
            score.Rules.Select(r => $"{r.Key} {r.Value.Alerts} {r.Value.Right} {r.Value.False} {r.Value.Repeats}"));
        Assert.Equal(Counts(expected.GetProperty("unknown_rules")), score.UnknownRules.Select(r => $"{r.Key} {r.Value}"));
        var total = ScoreTotal.Of(score);
        var golden = expected.GetProperty("total");
        Assert.Equal((golden.GetProperty("events").GetInt32(), golden.GetProperty("found").GetInt32(), golden.GetProperty("alerts")
            .GetInt32(),
            golden.GetProperty("right").GetInt32(), golden.GetProperty("repeats").GetInt32()),
            (total.Events, total.Found, total.Alerts, total.Right, total.Repeats));
        Assert.Equal(Number(golden, "recall"), total.Recall);
        Assert.Equal(Number(golden, "precision"), total.Precision);
        Assert.Equal(Number(golden, "delay_median"), ScoreTotal.Median(total.Delays));
        Assert.Equal(Number(golden, "delay_max"), total.Delays.Count > 0 ? total.Delays.Max() : null);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void MissesAndFalseAlarmsAreThoseOfTheYardstick(int number)
    {
        var (score, expected) = Run(number);
        Assert.Equal(expected.GetProperty("misses").EnumerateArray()
            .Select(m => (m.Text("call"), m.Text("type"), m.GetProperty("start").GetDouble())),
            score.Misses.Select(m => (m.Call, m.Event.Type, m.Event.Start)));
        Assert.Equal(expected.GetProperty("false_alarms").EnumerateArray()
                .Select(f => (f.Text("call"), f.Text("rule"), f.GetProperty("start").GetDouble(), Number(f, "end"),
                    f.GetProperty("near_miss").GetString())),
            score.FalseAlarms.Select(f => (f.Call, f.Alert.Rule, f.Alert.Start, f.Alert.End, f.NearMiss)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void DelaysAreThoseOfTheYardstick(int number)
    {
        var (score, expected) = Run(number);
        foreach (var type in expected.GetProperty("types").EnumerateObject())
            Assert.Equal(type.Value.GetProperty("delays").EnumerateArray().Select(d => d.GetDouble()), score.Types[type.Name].Delays);
    }

    private static (AlertScore Score, JsonElement Expected) Run(int number)
    {
        var golden = Golden.GetProperty("cases")[number];
        var alerts = golden.GetProperty("alerts").Deserialize<ScoredAlert[][]>(Format)!;
        var score = new AlertScore();
        foreach (var (call, truth) in alerts.Zip(Truth)) score.Add(call, truth);
        return (score, golden.GetProperty("expected"));
    }

    private static IEnumerable<string> Counts(JsonElement table, params string[] names) =>
        table.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal)
        .Select(p => names.Length == 0
            ? $"{p.Name} {p.Value.GetInt32()}"
            : $"{p.Name} {string.Join(' ', names.Select(n => p.Value.GetProperty(n).GetInt32()))}");

    private static double? Number(JsonElement e, string name) => e.GetProperty(name) is { ValueKind: JsonValueKind.Number } n
        ? n.GetDouble() : null;
}
