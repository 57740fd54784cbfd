using SpeechQA.Bench.Truth;
using SpeechQA.Bench.WordErrors;

namespace SpeechQA.Bench.Peers;

/// <summary>What one peer took for all utterances, and how well it heard.</summary>
internal sealed class PeerFigures(string name)
{
    private readonly List<double> _delays = [];
    private readonly WordErrorRate _errors = new();

    public string Name { get; } = name;
    public int Utterances { get; private set; }
    public double AudioSeconds { get; private set; }
    public double CpuSeconds { get; private set; }
    public double OpeningCpuSeconds { get; private set; }
    public double PeakMb { get; private set; }
    public int Tokens { get; private set; }

    public double CpuPerUtterance => CpuSeconds / Math.Max(1, Utterances);
    public double CpuPerAudioSecond => CpuSeconds / Math.Max(1e-9, AudioSeconds);
    public double DelayMedian => Delay(0.5);
    public double DelayWorst => Delay(1);

    /// <summary>Word error rate after the usual normalisation, by <c>en</c>, <c>fr</c>, <c>all</c>.</summary>
    public IReadOnlyDictionary<string, double> WordErrors =>
        _errors.Sets.Where(s => s.Key.StartsWith("all", StringComparison.Ordinal))
            .ToDictionary(s => s.Key[^2..] is "ll" ? "all" : s.Key[^2..], s => s.Value.Wer);

    public void Add(IReadOnlyList<PeerUtterance> utterances, PeerAnswer answer)
    {
        CpuSeconds += answer.Cpu;
        OpeningCpuSeconds += answer.Opening;
        PeakMb = Math.Max(PeakMb, answer.PeakMb);
        for (var i = 0; i < utterances.Count; i++)
        {
            var (utterance, text) = (utterances[i], answer.Texts[i]);
            Utterances++;
            AudioSeconds += utterance.Seconds;
            Tokens += text.Tokens;
            _delays.Add(text.Delay);
            _errors.Add(new Labelled(utterance.Call, utterance.Language, utterance.Text), text.Text);
        }
    }

    private double Delay(double share)
    {
        if (_delays.Count == 0) return 0;
        _delays.Sort();
        return _delays[(int)Math.Round(share * (_delays.Count - 1))];
    }
}
