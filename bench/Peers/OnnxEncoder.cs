using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

namespace SpeechQA.Bench.Peers;

/// <summary>encoder.onnx in ONNX Runtime as a whole: what the engine's own encoder is compared with.</summary>
internal sealed class OnnxEncoder(InferenceSession session, WhisperSettings settings) : IDisposable
{
    private readonly MelWindow _mel = new(settings);
    private readonly OrtIoBinding _binding = session.CreateIoBinding();
    private readonly RunOptions _run = new();

    /// <summary>As the engine's encoder does.</summary>
    public void Encode(ReadOnlySpan<float> speech, EncodedSpeech cross, WindowPolicy? window = null)
    {
        _mel.Take(speech, window);
        cross.Begin(_mel.Frames / 2);
        // Bound anew each time: that costs little beside the graph.
        using var mel = OrtValue.CreateTensorValueFromMemory(_mel.Values.ToArray(), [1, settings.NMels, _mel.Frames]);
        _binding.BindInput("mel", mel);
        for (var t = 0; t < cross.Count; t++)
        {
            using var value = cross.Tensor(t);
            _binding.BindOutput($"cross_{(t % 2 == 0 ? 'k' : 'v')}_{t / 2}", value);
        }
        var cpu = ModelCpu.Stamp();
        session.RunWithBinding(_run, _binding);
        ModelCpu.Encoder.Add(cpu);
    }

    public void Dispose()
    {
        _binding.Dispose();
        _run.Dispose();
    }
}
