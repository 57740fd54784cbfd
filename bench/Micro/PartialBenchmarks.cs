using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;

namespace SpeechQA.Bench.Micro;

/// <summary>Text of speech that goes on, half a second later: from scratch, or with the text before as a draft that is verified.</summary>
[MemoryDiagnoser]
public class PartialBenchmarks
{
    private ModelSessions _sessions = null!;
    private WhisperRecognizer _recognizer = null!;
    private RecognitionDraft _before = null!;
    private float[] _samples = null!;
    private int _invocations;

    /// <summary>Length of the speech, seconds.</summary>
    [Params(3, 6)]
    public int Seconds { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _sessions = new ModelSessions(ModelFolder.Find());
        _recognizer = new WhisperRecognizer(_sessions, new WhisperOptions { Workers = 1, MaxBatch = 1 });
        var before = await _recognizer.RecognizeAsync(Request(Seconds - 0.5));
        _before = new RecognitionDraft("en", before.DraftTokens);
        _samples = [.. SampleSpeech.Agent(Seconds)];
    }

    [Benchmark(Baseline = true)]
    public async Task<int> Scratch() => (await _recognizer.RecognizeAsync(Fresh())).Words.Count;

    [Benchmark]
    public async Task<int> Draft() => (await _recognizer.RecognizeAsync(Fresh() with { Draft = _before })).Words.Count;

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _recognizer.DisposeAsync();
        _sessions.Dispose();
    }

    /// <summary>The speech with another last sample each time: the recogniser keeps for a moment what it has encoded.</summary>
    private RecognitionRequest Fresh()
    {
        _samples[^1] = ++_invocations % 1000 * 1e-6f;
        return new RecognitionRequest(_samples, new LegLanguage("en"), RecognitionKind.Partial);
    }

    private static RecognitionRequest Request(double seconds) =>
        new(SampleSpeech.Agent(seconds), new LegLanguage("en"), RecognitionKind.Partial);
}
