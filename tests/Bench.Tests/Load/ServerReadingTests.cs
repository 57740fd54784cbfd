using SpeechQA.Bench.Load;
using SpeechQA.Bench.Load.Server;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Pipes;
using SpeechQA.Engine.Rules.Reading;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Host;
using SpeechQA.Host.Server;

namespace SpeechQA.Bench.Tests.Load;

public sealed class ServerReadingTests
{
    [Fact]
    public void A_scrape_is_summed_over_all_labels_or_by_one()
    {
        var scrape =
            MetricsScrape.Parse("# TYPE a_total counter\na_total{kind=\"x\",place=\"p\\\"q\"} 1.5\na_total{kind=\"x\",place=\"r\"} "
            + "2\na_total{kind=\"y\"} 4\nb 7\nbroken {\n");
        Assert.Equal((7.5, 7, 0), (scrape.Sum("a_total"), scrape.Sum("b"), scrape.Sum("c")));
        Assert.Equal(new Dictionary<string, double> { ["x"] = 3.5, ["y"] = 4 }, scrape.By("a_total", "kind"));
    }

    [Fact]
    public void A_count_on_which_a_limit_rests_is_not_taken_for_0_when_it_is_not_there()
    {
        var scrape = MetricsScrape.Parse("a_total{kind=\"x\"} 0\na_total{kind=\"y\"} 2\n");
        Assert.Equal(2, scrape.Required("a_total"));
        Assert.Contains("b_total", Assert.Throws<BadInputException>(() => scrape.Required("b_total")).Message);
    }

    /// <summary>A server that runs, seen from outside, while a leg of its process does not keep up.</summary>
    [Fact]
    public async Task Audio_that_a_leg_drops_is_seen_from_outside()
    {
        var time = TimeProvider.System;
        var rules = RuleReader.ReadTexts(("none.yaml", "rules: []")).Set!;
        await using var setup = new EngineSetup(SileroModel.Open(ModelFolder.Find()), new NoRecognizer(), rules, ["en"], time);
        await using var server = await SpeechServer.StartAsync(new ServerOptions { Urls = "http://127.0.0.1:0" }, setup, time, _ => { });
        await using var target = await LoadTarget.OpenAsync(new LoadOptions { Server = server.Address }, default);
        var before = await target.UsageAsync(default);
        var leg = new LegPipe(8_000);
        var second = new short[8_000];
        for (var i = 0; i < 6; i++) leg.TryWrite(AudioChunkKind.Audio, second, second.Length, 1);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        double dropped;
        // A scrape may be answered with the last one for a moment.
        do dropped = (await target.UsageAsync(patience.Token)).DroppedSeconds - before.DroppedSeconds;
        while (dropped == 0);
        Assert.Equal(2, dropped, 3);
    }

    private sealed class NoRecognizer : ISpeechRecognizer
    {
        public string Name => "none";

        public ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    [SkippableFact]
    public void The_usage_of_a_process_is_what_the_runtime_says_of_itself()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Reads /proc.");
        var before = Environment.CpuUsage.TotalTime.TotalSeconds;
        var usage = ProcessUsage.Read(Environment.ProcessId)!;
        Assert.InRange(usage.CpuSeconds, before - 0.1, Environment.CpuUsage.TotalTime.TotalSeconds + 0.1);
        Assert.InRange(usage.ResidentMb, Environment.WorkingSet / 1048576.0 * 0.8, Environment.WorkingSet / 1048576.0 * 1.25);
        Assert.True(usage.PeakMb >= usage.ResidentMb * 0.99);
        Assert.Null(ProcessUsage.Read(int.MaxValue));
    }

    [Theory]
    [InlineData("0", new[] { 0 })]
    [InlineData("0,2-4", new[] { 0, 2, 3, 4 })]
    public void Cores_are_read_as_taskset_writes_them(string text, int[] cores) => Assert.Equal(cores, LoadTarget.CoreList(text));

    [Theory]
    [InlineData("")]
    [InlineData("3-1")]
    [InlineData("a")]
    public void Other_lists_are_refused(string text) => Assert.Throws<BadInputException>(() => LoadTarget.CoreList(text));
}
