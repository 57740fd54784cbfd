using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Inference;
using SpeechQA.Engine.Speech.Recognition.Whisper;

namespace SpeechQA.Bench.Micro;

/// <summary>One decoder step (a token for each utterance) by the number of utterances; figures are per step, so divide by the batch.</summary>
[MemoryDiagnoser]
public class DecoderBenchmarks
{
    private const int Past = 32, Read = 20;

    private ModelSessions _sessions = null!;
    private DecoderPass _pass = null!;
    private KeyValueStack _past = null!, _cross = null!;
    private int _time, _token;

    [Params(1, 2, 4, 8, 16)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _sessions = new ModelSessions(ModelFolder.Find());
        var settings = WhisperSettings.Read(_sessions.Folder["whisper-base/settings.json"]);
        var counters = new WhisperCounters(TimeProvider.System);
        using var encoder = new WhisperEncoder(_sessions.Open("whisper-base/encoder.onnx"), settings, counters);
        using var encoded = new KeyValueStack(settings.DecLayers, settings.Heads);
        encoder.Encode(SampleSpeech.Agent(4), encoded);
        _time = encoded.Length;
        _past = new KeyValueStack(settings.DecLayers, settings.Heads);
        _past.Reshape(0, Batch, Past);
        _cross = new KeyValueStack(settings.DecLayers, settings.Heads);
        _cross.Reshape(0, Batch, (_time + 15) / 16 * 16);
        for (var i = 0; i < Batch; i++) _cross.Load(i, encoded);
        _pass = new DecoderPass(_sessions.Open("whisper-base/decoder.onnx"), settings, counters);
    }

    [Benchmark]
    public float Step()
    {
        _pass.Bind(Batch, 1, _past, _cross);
        for (var i = 0; i < Batch; i++) _pass.Feed(i, [_token = (_token + 1) % 40_000], Read, _time);
        _pass.Run();
        return _pass.Logits(0, 0)[0];
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _pass.Dispose();
        _past.Dispose();
        _cross.Dispose();
        _sessions.Dispose();
    }
}
