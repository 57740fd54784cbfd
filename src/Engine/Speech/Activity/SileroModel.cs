using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Inference;

namespace SpeechQA.Engine.Speech.Activity;

/// <summary>
/// Silero voice activity detection, one ONNX graph shared by all legs; each leg brings its own state.
/// Input: 64 samples of context and 512 new ones (32 ms at 16 kHz), -1..1. Output: probability of voice, 0..1.
/// </summary>
public sealed class SileroModel : IDisposable
{
    /// <summary>New samples per frame: 32 ms at 16 kHz.</summary>
    public const int FrameSamples = 512;

    private const int ContextSamples = 64;
    private const int StateSize = 2 * 128;
    private static readonly long[] InputShape = [1, ContextSamples + FrameSamples];
    private static readonly long[] StateShape = [2, 1, 128];
    private static readonly string[] InputNames = ["input", "state", "sr"];
    private static readonly string[] OutputNames = ["output", "stateN"];

    private readonly InferenceSession _session;

    /// <param name="session">The open graph; owned from now on.</param>
    public SileroModel(InferenceSession session) => _session = session;

    /// <summary>A leg's state with the buffers of its calls. One owner; nothing is allocated per frame.</summary>
    public LegState NewState() => new(this);

    public void Dispose() => _session.Dispose();

    /// <inheritdoc cref="NewState"/>
    public sealed class LegState : IDisposable
    {
        private readonly SileroModel _model;
        private readonly float[] _input = new float[ContextSamples + FrameSamples];
        private readonly float[] _output = new float[1];
        private readonly float[][] _states = [new float[StateSize], new float[StateSize]];
        private readonly OrtValue[] _values;
        private readonly OrtIoBinding[] _turns;
        private readonly RunOptions _options = new();
        private int _turn;

        internal LegState(SileroModel model)
        {
            _model = model;
            var input = OrtValue.CreateTensorValueFromMemory(_input, InputShape);
            var rate = OrtValue.CreateTensorValueFromMemory(new long[] { Audio.AudioTime.Rate }, []);
            var output = OrtValue.CreateTensorValueFromMemory(_output, [1, 1]);
            OrtValue[] states = [OrtValue.CreateTensorValueFromMemory(_states[0], StateShape), OrtValue.CreateTensorValueFromMemory(_states[1], StateShape)];
            _values = [input, rate, output, .. states];
            // Each frame writes the state that the next one reads.
            _turns = [Bind(states[0], states[1]), Bind(states[1], states[0])];

            OrtIoBinding Bind(OrtValue before, OrtValue after)
            {
                var binding = model._session.CreateIoBinding();
                foreach (var (name, value) in InputNames.Zip([input, before, rate])) binding.BindInput(name, value);
                foreach (var (name, value) in OutputNames.Zip([output, after])) binding.BindOutput(name, value);
                return binding;
            }
        }

        /// <summary>Probability of voice in the next 512 samples.</summary>
        public float Next(ReadOnlySpan<float> frame)
        {
            _input.AsSpan(FrameSamples, ContextSamples).CopyTo(_input);
            frame[..FrameSamples].CopyTo(_input.AsSpan(ContextSamples));
            var cpu = ModelCpu.Stamp();
            _model._session.RunWithBinding(_options, _turns[_turn]);
            ModelCpu.Voice.Add(cpu);
            _turn ^= 1;
            return _output[0];
        }

        /// <summary>Goes past the next 512 samples, which hold no voice for certain: what it remembers stays as it is.</summary>
        public void Skip(ReadOnlySpan<float> frame) => frame[(FrameSamples - ContextSamples)..FrameSamples].CopyTo(_input.AsSpan(FrameSamples));

        public void Dispose()
        {
            foreach (var turn in _turns) turn.Dispose();
            foreach (var value in _values) value.Dispose();
            _options.Dispose();
        }
    }
}
