using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;
using SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

namespace SpeechQA.Bench.Micro;

/// <summary>
/// One decoder step (a token for each utterance) by the number of utterances; figures are per step, so divide by the batch.
/// </summary>
[MemoryDiagnoser]
public class DecoderBenchmarks
{
    private const int Read = 20;

    private ModelSessions _sessions = null!;
    private DecoderPass _pass = null!;
    private DecoderState[] _states = null!;
    private int _token;

    [Params(1, 2, 4, 8, 16)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _sessions = new ModelSessions(ModelFolder.Find());
        var model = new WhisperModel(_sessions, "whisper-base");
        var counters = new WhisperCounters(TimeProvider.System);
        using var encoder = new WhisperEncoder(model.Encoder, model.Settings, counters);
        _states = [.. Enumerable.Range(0, Batch).Select(_ => new DecoderState(model.Settings.DecLayers, model.Settings.Heads))];
        foreach (var state in _states) encoder.Encode(SampleSpeech.Agent(4), state);
        _pass = new DecoderPass(model.Decoder, model.Settings, counters);
        for (var i = 0; i < Read; i++) Step(i);
    }

    [Benchmark]
    public float Step() => Step(Read);

    private float Step(int position)
    {
        _pass.Clear();
        foreach (var state in _states) _pass.Add(state, _token = (_token + 1) % 40_000, position);
        _pass.Run();
        return _pass.Logits(0)[0];
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _pass.Dispose();
        foreach (var state in _states) state.Dispose();
        _sessions.Dispose();
    }
}
