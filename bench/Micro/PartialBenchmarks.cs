using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Inference;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;

namespace SpeechQA.Bench.Micro;

/// <summary>Text of speech that goes on, half a second later: from scratch, or with the text before as a draft that is verified.</summary>
[MemoryDiagnoser]
public class PartialBenchmarks
{
    private ModelSessions _sessions = null!;
    private WhisperRecognizer _recognizer = null!;
    private RecognitionRequest _scratch = null!, _draft = null!;

    /// <summary>Length of the speech, seconds.</summary>
    [Params(3, 6)]
    public int Seconds { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _sessions = new ModelSessions(ModelFolder.Find());
        _recognizer = new WhisperRecognizer(_sessions, new WhisperOptions { Workers = 1, MaxBatch = 1 });
        var before = await _recognizer.RecognizeAsync(Request(Seconds - 0.5));
        _scratch = Request(Seconds);
        _draft = _scratch with { Draft = new RecognitionDraft("en", before.DraftTokens) };
    }

    [Benchmark(Baseline = true)]
    public async Task<int> Scratch() => (await _recognizer.RecognizeAsync(_scratch)).Words.Count;

    [Benchmark]
    public async Task<int> Draft() => (await _recognizer.RecognizeAsync(_draft)).Words.Count;

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _recognizer.DisposeAsync();
        _sessions.Dispose();
    }

    private static RecognitionRequest Request(double seconds) => new(SampleSpeech.Agent(seconds), new LegLanguage("en"), RecognitionKind.Partial);
}
