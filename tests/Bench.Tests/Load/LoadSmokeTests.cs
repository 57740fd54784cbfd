using SpeechQA.Bench.Load;
using SpeechQA.Bench.Load.Calls;

namespace SpeechQA.Bench.Tests.Load;

/// <summary>The load generator against the real program: a few seconds of one call in which much happens.</summary>
public sealed class LoadSmokeTests
{
    [SkippableFact]
    public async Task A_call_is_sent_heard_and_measured_and_the_server_ends_properly()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "CPU and memory are read from /proc.");
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var options = new LoadOptions { Calls = 1, Duration = 14, Warmup = 0, From = 50, Only = "fr-01*", SigtermAt = 12 };
        var samples = await LoadSample.LoadAsync(Repository("samples", "audio"), options.Only, patience.Token);
        var report = await new LoadRun(options, samples, TextWriter.Null).RunAsync(patience.Token);

        Assert.True(report.PhrasesSaid > 0 && report.PhrasesFound > 0, $"{report.PhrasesFound} of {report.PhrasesSaid} phrases");
        Assert.True(report.InflectionAlertMs.Count > 0 && report.InflectionAlertMs.P99 > 0);
        Assert.True(report.TranscriptLagMs.Count > 0 && report.ServerCpuSeconds > 0 && report.PeakResidentMb > 100);
        Assert.InRange(report.FinalTextsLate, 0, report.FinalTexts - 1);
        Assert.InRange(report.ModelCpuShare!.Value, 0.05, 1);
        Assert.Equal((1, 1, 0), (report.Sigterm!.CallsOpen, report.Sigterm.CallsEnded, report.Sigterm.ExitCode));
    }

    private static string Repository(params string[] parts)
    {
        for (var d = new DirectoryInfo(AppContext.BaseDirectory); d is not null; d = d.Parent)
            if (File.Exists(Path.Combine(d.FullName, "SpeechQA.sln"))) return Path.Combine([d.FullName, .. parts]);
        throw new InvalidOperationException("The tests must run from within the checkout.");
    }
}
