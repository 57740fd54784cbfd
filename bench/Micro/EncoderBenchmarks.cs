using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;
using SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

namespace SpeechQA.Bench.Micro;

/// <summary>Log-mel and encoder of one utterance, by the length of the window.</summary>
[MemoryDiagnoser]
public class EncoderBenchmarks
{
    private ModelSessions _sessions = null!;
    private WhisperEncoder _encoder = null!;
    private DecoderState _cross = null!;
    private WindowPolicy _window = null!;
    private float[] _speech = [];

    /// <summary>3 s: partials; 4 s: the shortest window of finals; 30 s: what Whisper was made for.</summary>
    [Params(3, 4, 6, 10, 30)]
    public int Seconds { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _sessions = new ModelSessions(ModelFolder.Find());
        var model = new WhisperModel(_sessions, "whisper-base");
        _encoder = new WhisperEncoder(model.Encoder, model.Settings, new WhisperCounters(TimeProvider.System));
        _cross = new DecoderState(model.Settings.DecLayers, model.Settings.Heads);
        _window = new WindowPolicy(Lead: 0, Tail: 0, Minimum: Seconds, Bucket: 0.5, Maximum: Seconds);
        _speech = SampleSpeech.Agent(Math.Min(Seconds - 1, 8));
    }

    [Benchmark]
    public void Encode() => _encoder.Encode(_speech, _cross, _window);

    [GlobalCleanup]
    public void Cleanup()
    {
        _encoder.Dispose();
        _cross.Dispose();
        _sessions.Dispose();
    }
}
