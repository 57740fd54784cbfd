using SpeechQA.Bench.Peers;

namespace SpeechQA.Bench.Tests.Peers;

public sealed class PeerReportTests
{
    private static PeerFigures Figures(string name, double cpu, string text)
    {
        var figures = new PeerFigures(name);
        figures.Add([new PeerUtterance("call", "en", "hello there my friend", 2, "0.f32", 200)],
            new PeerAnswer(cpu, 100, 0, [new PeerText(0.5, 6, text)]));
        return figures;
    }

    [Fact]
    public void Ratios_are_the_peers_cpu_over_ours_against_their_targets()
    {
        var report = new PeerReport([
            Figures(PeerNames.Ours, 0.1, "Hello there, my friend."),
            Figures(PeerNames.WhisperCpp, 1.3, "Hello there my fiend."),
            Figures(PeerNames.WhisperCppCut, 0.2, "Hello."),
            Figures(PeerNames.Naive, 0.5, "Hello there, my friend."),
        ]);
        Assert.Equal([(13, 12), (2, 2.5), (5, 10)], report.Ratios.Select(r => (Math.Round(r.Ratio, 6), r.Target!.Value)));
        Assert.Contains(report.Lines(), l => l == $"{PeerNames.WhisperCpp} / {PeerNames.Ours}: 13.0 times the CPU (target 12: met)");
        Assert.Contains(report.Lines(), l => l == $"{PeerNames.Naive} / {PeerNames.Ours}: 5.0 times the CPU (target 10: missed)");
        Assert.Equal(0.25, report.Figures[1].WordErrors["en"]);
        Assert.Equal((0.05, 0.1), (report.Figures[0].CpuPerAudioSecond, report.Figures[0].CpuPerUtterance));
    }
}
