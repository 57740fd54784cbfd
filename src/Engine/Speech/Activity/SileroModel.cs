using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;

namespace SpeechQA.Engine.Speech.Activity;

/// <summary>
/// Silero voice activity detection, one network shared by all legs; each leg brings its own state.
/// Input: 64 samples of context and 512 new ones (32 ms at 16 kHz), -1..1. Output: probability of voice, 0..1.
/// </summary>
public sealed class SileroModel
{
    /// <summary>New samples per frame: 32 ms at 16 kHz.</summary>
    public const int FrameSamples = 512;

    private const int ContextSamples = SileroNetwork.Input - FrameSamples;

    private readonly SileroNetwork _network;

    /// <param name="path">The ONNX graph.</param>
    /// <exception cref="BadInputException">Not a graph of Silero v5.</exception>
    public SileroModel(string path) => _network = SileroNetwork.Read(path);

    /// <summary>The model of the folder, checked by its manifest.</summary>
    /// <exception cref="BadInputException">The file is missing, changed or unreadable.</exception>
    public static SileroModel Open(ModelFolder folder) => new(folder["silero-vad/silero_vad.onnx"].Require());

    /// <summary>A leg's state. One owner; nothing is allocated per frame.</summary>
    public LegState NewState() => new(_network);

    /// <inheritdoc cref="NewState"/>
    public sealed class LegState
    {
        private readonly SileroNetwork _network;
        private readonly float[] _input = new float[SileroNetwork.Input];
        private readonly float[] _hidden = new float[SileroNetwork.Hidden];
        private readonly float[] _cell = new float[SileroNetwork.Hidden];

        internal LegState(SileroNetwork network) => _network = network;

        /// <summary>What the network has put out last, and what it remembers.</summary>
        internal ReadOnlySpan<float> Hidden => _hidden;

        /// <inheritdoc cref="Hidden"/>
        internal ReadOnlySpan<float> Cell => _cell;

        /// <summary>Probability of voice in the next 512 samples.</summary>
        public float Next(ReadOnlySpan<float> frame)
        {
            _input.AsSpan(FrameSamples, ContextSamples).CopyTo(_input);
            frame[..FrameSamples].CopyTo(_input.AsSpan(ContextSamples));
            var cpu = ModelCpu.Stamp();
            var probability = _network.Next(_input, _hidden, _cell);
            ModelCpu.Voice.Add(cpu);
            return probability;
        }

        /// <summary>Goes past the next 512 samples, which hold no voice for certain: what it remembers stays as it is.</summary>
        public void Skip(ReadOnlySpan<float> frame) =>
            frame[(FrameSamples - ContextSamples)..FrameSamples].CopyTo(_input.AsSpan(FrameSamples));
    }
}
