using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Inference;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// Speech to the decoder's cross keys and values: window, log-mel, encoder.onnx. One utterance per call: the int8 scales of
/// the encoder are taken over the whole tensor, so neighbours would change the result, and batches bring nothing.
/// </summary>
internal sealed class WhisperEncoder(InferenceSession session, WhisperSettings settings, WhisperCounters counters) : IDisposable
{
    private readonly LogMel _logMel = new(settings.NMels);
    private readonly OrtIoBinding _binding = session.CreateIoBinding();
    private readonly RunOptions _run = new();
    private readonly List<OrtValue> _values = [];
    private float[] _raw = [];
    private float[] _mel = [];
    private (EncodedSpeech?, int) _bound;

    /// <summary>Makes <paramref name="cross"/> the keys and values of one utterance: 20 ms per step.</summary>
    /// <param name="window">How much is heard; null: as finals are.</param>
    public void Encode(ReadOnlySpan<float> speech, EncodedSpeech cross, WindowPolicy? window = null)
    {
        window ??= settings.Window;
        var total = window.Samples(speech.Length);
        var frames = total / LogMel.Hop;
        var size = frames * settings.NMels;
        if (_mel.Length < size)
        {
            _raw = new float[size];
            _mel = GC.AllocateArray<float>(size, pinned: true);
        }
        var raw = _raw.AsSpan(0, size);
        var lead = (int)Math.Round(window.Lead * AudioTime.Rate);
        _logMel.Raw(speech[..Math.Min(speech.Length, total - lead)], total, 0, raw);
        _logMel.Normalise(raw, _mel.AsSpan(0, size));
        cross.Resize(frames / 2);
        Bind(frames, cross);
        var from = counters.Now;
        var cpu = ModelCpu.Stamp();
        session.RunWithBinding(_run, _binding);
        ModelCpu.Encoder.Add(cpu);
        counters.Encoded(from);
    }

    public void Dispose()
    {
        _binding.Dispose();
        _run.Dispose();
        Release();
    }

    private void Bind(int frames, EncodedSpeech cross)
    {
        if (_bound == (cross, cross.Version)) return;
        _bound = default;
        _binding.ClearBoundInputs();
        _binding.ClearBoundOutputs();
        Release();
        _values.Add(OrtValue.CreateTensorValueFromMemory(_mel, [1, settings.NMels, frames]));
        _binding.BindInput("mel", _values[0]);
        for (var t = 0; t < cross.Count; t++)
        {
            _values.Add(cross.Tensor(t));
            _binding.BindOutput($"cross_{(t % 2 == 0 ? 'k' : 'v')}_{t / 2}", _values[^1]);
        }
        _bound = (cross, cross.Version);
    }

    private void Release()
    {
        foreach (var value in _values) value.Dispose();
        _values.Clear();
    }
}
