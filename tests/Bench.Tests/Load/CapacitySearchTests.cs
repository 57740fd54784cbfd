using System.Text.Json;
using SpeechQA.Bench.Load;
using SpeechQA.Host.Metrics;

namespace SpeechQA.Bench.Tests.Load;

public sealed class CapacitySearchTests
{
    [Theory]
    [InlineData(1, 13)]
    [InlineData(8, 13)]
    [InlineData(40, 13)]
    [InlineData(4, 1)]
    [InlineData(4, 64)]
    public async Task The_largest_number_that_holds_is_found_and_confirmed(int first, int capacity)
    {
        var runs = new List<(int Calls, double Seconds)>();
        var report = await Search(runs, calls => calls <= capacity).RunAsync(first, 64, 5, 50);
        Assert.Equal((capacity, 50), (report.Calls, runs[^1].Seconds));
        Assert.Empty(report.LimitsBroken);
        Assert.Equal(runs.Count, report.Trials!.Count);
        Assert.InRange(runs.Count, 1, 12);
    }

    [Fact]
    public async Task What_the_long_run_does_not_confirm_is_given_up_one_by_one()
    {
        var runs = new List<(int Calls, double Seconds)>();
        var report = await Search(runs, calls => calls <= (runs[^1].Seconds > 5 ? 10 : 12)).RunAsync(8, 64, 5, 50);
        Assert.Equal(10, report.Calls);
        Assert.Equal([12, 11, 10], runs.Where(r => r.Seconds > 5).Select(r => r.Calls));
    }

    [Fact]
    public async Task When_nothing_holds_the_smallest_is_reported_with_what_broke()
    {
        var report = await Search([], _ => false).RunAsync(4, 64, 5, 50);
        Assert.Equal((1, 1), (report.Calls, report.LimitsBroken.Count));
    }

    [Fact]
    public void The_limits_are_told_with_what_was_measured()
    {
        var good = Report(3);
        Assert.Empty(LoadLimits.Broken(good, LoadProfile.Full));
        var slow = good with
        {
            InflectionAlertMs = good.InflectionAlertMs with { P99 = 81 },
            PhraseAlertMs = new LatencySummary(0, null, null, null, null, null)
        };
        Assert.Equal(["phrase alert p50 not measured", "phrase alert p99 not measured", "inflection alert p99 81 ms > 80 ms"],
            LoadLimits.Broken(slow, LoadProfile.Full));
        Assert.Equal(["inflection alert p99 81 ms > 80 ms"], LoadLimits.Broken(slow, LoadProfile.Finals));
        Assert.Equal(["6 of 500 final texts of all calls later than 2000 ms"],
            LoadLimits.Broken(good with { FinalTextsLate = 6 }, LoadProfile.Full));
        Assert.Equal(["0.1 s of audio dropped"], LoadLimits.Broken(good with { AudioDroppedSeconds = 0.1 }, LoadProfile.Full));
        Assert.Single(LoadLimits.Broken(good with { Shed = new Dictionary<string, double> { ["final"] = 1 } }, LoadProfile.Finals));
    }

    [Fact]
    public void The_json_has_the_members_that_others_read()
    {
        using var json = JsonDocument.Parse((Report(3) with { Shed = new Dictionary<string, double> { ["final"] = 2 } }).ToJson());
        var root = json.RootElement;
        Assert.Equal((3, 60.0), (root.GetProperty("calls").GetInt32(), root.GetProperty("seconds").GetDouble()));
        foreach (var latency in new[] { "phraseAlertMs", "inflectionAlertMs", "transcriptLagMs" })
            Assert.Equal((1000, 20.0, 40.0), (root.GetProperty(latency).GetProperty("count").GetInt32(), root.GetProperty(latency)
                .GetProperty("p50").GetDouble(), root.GetProperty(latency).GetProperty("p99").GetDouble()));
        Assert.Equal((0.1, 0.1, 0.9, 700.0, 1.5), (root.GetProperty("withdrawnShare").GetDouble(), root.GetProperty("cpuPerCallSecond")
            .GetDouble(),
            root.GetProperty("modelCpuShare").GetDouble(), root.GetProperty("peakResidentMb").GetDouble(), root.GetProperty("callsPerCore")
                .GetDouble()));
        Assert.Equal(2, root.GetProperty("shed").GetProperty("final").GetInt32());
        Assert.Equal(0.75, root.GetProperty("phraseRecall").GetDouble());
    }

    private static CapacitySearch Search(List<(int Calls, double Seconds)> runs, Func<int, bool> holds) => new((calls, seconds) =>
    {
        runs.Add((calls, seconds));
        return Task.FromResult(Report(calls) with { LimitsBroken = holds(calls) ? [] : ["too slow"] });
    }, TextWriter.Null);

    private static LoadReport Report(int calls)
    {
        var latency = new LatencySummary(1000, 20, 30, 40, 50, 22);
        return new LoadReport
        {
            Calls = calls,
            Seconds = 60,
            Profile = LoadProfile.Full,
            FinalTexts = 500,
            FinalTextsLate = 5,
            PhraseAlertMs = latency,
            InflectionAlertMs = latency,
            TranscriptLagMs = latency,
            PartialLagMs = latency,
            PhrasesSaid = 4,
            PhrasesFound = 3,
            PhrasesEarly = 0,
            PhrasesMissed = new Dictionary<string, int>(),
            PhrasesLate = [],
            AlertsRaised = 10,
            AlertsConfirmed = 9,
            AlertsWithdrawn = 1,
            ServerCores = 2,
            ServerCpuSeconds = 18,
            ModelCpuSeconds = new Dictionary<string, double> { ["encoder"] = 10, ["decoder"] = 6.2 },
            ThreadCpuSeconds = new Dictionary<string, double>(),
            PeakResidentMb = 700,
            ResidentMb = [600, 700],
            Shed = new Dictionary<string, double>(),
            AudioDroppedSeconds = 0,
            CallsOpened = 4,
            CallsRefused = 0,
            GeneratorCores = 0.05,
            PacketsSent = 1,
            PacketsLateMs = latency,
            PacketsMissed = 0,
            PagesOvertaken = 0,
            PagesLost = 0,
            Network = new Impairment(),
        };
    }
}
