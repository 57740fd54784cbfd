using System.Diagnostics;
using SpeechQA.Bench.Truth;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Host.Analysis;

namespace SpeechQA.Bench.WordErrors;

/// <summary>What recognition cost; loading of the models is left out.</summary>
/// <param name="Audio">Length of the recordings, both channels together, seconds.</param>
/// <param name="Cpu">Processor time of the whole process, seconds.</param>
/// <param name="Wall">Seconds.</param>
/// <param name="Recogniser">The recogniser's own counts, or null when it has none.</param>
internal sealed record RecognitionCost(double Audio, double Cpu, double Wall, WhisperStatistics? Recogniser)
{
    public double CpuPerSecond => Audio > 0 ? Cpu / Audio : 0;
}

/// <summary>Transcribes labelled recordings through the whole pipeline and compares the words.</summary>
internal sealed class RecognitionEvaluation(CallAnalyzer analyzer, WhisperRecognizer? recognizer)
{
    public WordErrorRate Errors { get; } = new();

    /// <summary>What could not be used, one line each.</summary>
    public List<string> Faults { get; } = [];

    public RecognitionCost Cost { get; private set; } = new(0, 0, 0, null);

    /// <param name="language">A code or <c>auto</c>; null: as labelled.</param>
    /// <param name="atOnce">Recordings in work at the same time; more fill the recogniser's batches better.</param>
    public async Task RunAsync(IReadOnlyList<LabelledAudio> recordings, string? language, int atOnce, Action done,
        CancellationToken cancellation)
    {
        using var process = Process.GetCurrentProcess();
        var (cpu, clock, audio) = (process.TotalProcessorTime, Stopwatch.StartNew(), 0.0);
        var heard = new List<(LabelledAudio Recording, CallAnalysis? Call)>();
        var outcomes = OrderedRun.RunAsync(recordings, atOnce, async (recording, stop) => (recording, await analyzer.AnalyzeAsync(
            new AnalysisInput(recording.Path, recording.Name),
                new AnalysisSettings(language ?? recording.Language, recording.AgentChannel, Unmasked: true), stop).ConfigureAwait(false)),
                cancellation);
        await foreach (var (recording, outcome) in outcomes.ConfigureAwait(false))
        {
            heard.Add((recording, outcome.Calls.FirstOrDefault()));
            audio += outcome.Calls.Sum(c => c.Duration);
            if (outcome.Fault is not null) Faults.Add(outcome.Fault);
            done();
        }
        process.Refresh();
        Cost = new RecognitionCost(audio, (process.TotalProcessorTime - cpu).TotalSeconds, clock.Elapsed.TotalSeconds,
            recognizer?.Statistics);
        foreach (var (recording, call) in heard)
            foreach (var (party, label) in recording.Labels) Errors.Add(label, call is null ? null : TextOf(call, party));
    }

    private static string TextOf(CallAnalysis call, Party party) =>
        string.Join(' ', call.Utterances.Where(u => party == Party.Unknown || u.Party == party).Select(u => u.Text));
}
