using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Activity;

namespace SpeechQA.Bench.Micro;

/// <summary>
/// The voice activity graph in ONNX Runtime, on frames of several legs at once, as comparison with ours. States and contexts of the legs
/// are taken in and given back at every call, as legs of changing company would need it.
/// </summary>
internal sealed class VoiceBatch : IDisposable
{
    private const int Context = 64;
    private const int Input = Context + SileroModel.FrameSamples;
    private const int Layer = 128;
    private static readonly string[] InputNames = ["input", "state", "sr"];
    private static readonly string[] OutputNames = ["output", "stateN"];

    private readonly InferenceSession _session;
    private readonly int _legs;
    private readonly float[] _input, _before, _after, _voice;
    private readonly OrtValue[] _inputs, _outputs;
    private readonly RunOptions _options = new();

    public VoiceBatch(InferenceSession session, int legs)
    {
        (_session, _legs) = (session, legs);
        (_input, _before, _after, _voice) = (new float[legs * Input], new float[2 * legs * Layer], new float[2 * legs * Layer],
            new float[legs]);
        _inputs = [OrtValue.CreateTensorValueFromMemory(_input, [legs, Input]),
            OrtValue.CreateTensorValueFromMemory(_before, [2, legs, Layer]),
            OrtValue.CreateTensorValueFromMemory(new long[] { AudioTime.Rate }, [])];
        _outputs = [OrtValue.CreateTensorValueFromMemory(_voice, [legs, 1]),
            OrtValue.CreateTensorValueFromMemory(_after, [2, legs, Layer])];
    }

    /// <summary>What a leg brings: context [64] and state [2, 128].</summary>
    public sealed class Leg
    {
        public float[] Context { get; } = new float[VoiceBatch.Context];
        public float[] State { get; } = new float[2 * Layer];
        public float Voice { get; set; }
    }

    public void Next(ReadOnlySpan<Leg> legs, Func<int, ReadOnlyMemory<float>> frameOf)
    {
        for (var i = 0; i < _legs; i++)
        {
            var frame = frameOf(i).Span;
            legs[i].Context.CopyTo(_input, i * Input);
            frame.CopyTo(_input.AsSpan(i * Input + Context));
            frame[^Context..].CopyTo(legs[i].Context);
            for (var l = 0; l < 2; l++) legs[i].State.AsSpan(l * Layer, Layer).CopyTo(_before.AsSpan((l * _legs + i) * Layer));
        }
        _session.Run(_options, InputNames, _inputs, OutputNames, _outputs);
        for (var i = 0; i < _legs; i++)
        {
            for (var l = 0; l < 2; l++) _after.AsSpan((l * _legs + i) * Layer, Layer).CopyTo(legs[i].State.AsSpan(l * Layer));
            legs[i].Voice = _voice[i];
        }
    }

    public void Dispose()
    {
        foreach (var value in _inputs.Concat(_outputs)) value.Dispose();
        _options.Dispose();
    }
}
