using System.Globalization;
using System.Text.Json;

namespace SpeechQA.Bench.Peers;

/// <summary>The figures of all peers, and who needs how many times as much CPU as ours.</summary>
internal sealed record PeerReport(IReadOnlyList<PeerFigures> Figures)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true
    };

    /// <summary>Peer, ours, CPU of the peer over ours, the target.</summary>
    public IEnumerable<(string Peer, string Ours, double Ratio, double? Target)> Ratios
    {
        get
        {
            foreach (var peer in Figures)
                foreach (var ours in Figures.Where(f => f.Name is PeerNames.Ours or PeerNames.OursBatched && f.Name != peer.Name))
                    if (peer.Name is not (PeerNames.Ours or PeerNames.OursBatched))
                        yield return (peer.Name, ours.Name, peer.CpuSeconds / ours.CpuSeconds, peer.Name switch
                        {
                            PeerNames.WhisperCpp => 12,
                            PeerNames.WhisperCppCut => 2.5,
                            _ => 10,
                        });
        }
    }

    public IEnumerable<string> Lines()
    {
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{Figures[0].Utterances} utterances, {Figures[0].AudioSeconds:0.0} s of audio");
        yield return "| | CPU ms per utterance | CPU s per audio s | delay ms p50 / worst | peak MB | tokens | WER en / fr |";
        yield return "|---|---|---|---|---|---|---|";
        foreach (var f in Figures)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"| {f.Name} | {f.CpuPerUtterance * 1e3:0} | {f.CpuPerAudioSecond:0.0000} | {f.DelayMedian * 1e3:0} / "
                + $"{f.DelayWorst * 1e3:0} | {f.PeakMb:0} | {f.Tokens} | {Percent(f, "en")} / {Percent(f, "fr")} |");
        foreach (var (peer, ours, ratio, target) in Ratios)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{peer} / {ours}: {ratio:0.0} times the CPU (target {target}: {(ratio >= target ? "met" : "missed")})");
        foreach (var f in Figures.Where(f => f.OpeningCpuSeconds > 0))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{f.Name}: {f.OpeningCpuSeconds:0.0} s of CPU more for opening sessions");
    }

    public string ToJson() => JsonSerializer.Serialize(new
    {
        peers = Figures,
        ratios = Ratios.Select(r => new { r.Peer, r.Ours, r.Ratio, r.Target }),
    }, Format);

    private static string Percent(PeerFigures figures, string language) =>
        figures.WordErrors.TryGetValue(language, out var rate) ? rate.ToString("0.0 %", CultureInfo.InvariantCulture) : "-";
}
