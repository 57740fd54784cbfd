using SpeechQA.Engine.Inference;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;
using SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// Speech to the decoder's cross keys and values: window, log-mel, encoder. One utterance per call: the int8 scales of
/// the encoder are taken over the whole tensor, so neighbours would change the result, and batches bring nothing.
/// </summary>
internal sealed class WhisperEncoder : IDisposable
{
    private readonly MelWindow _mel;
    private readonly EncoderPass _pass;
    private readonly CrossProjection _cross;
    private readonly WhisperCounters _counters;

    public WhisperEncoder(AudioWeights weights, WhisperSettings settings, WhisperCounters counters)
    {
        _mel = new MelWindow(settings);
        _pass = new EncoderPass(weights.Encoder);
        _cross = new CrossProjection(weights, _pass);
        _counters = counters;
    }

    /// <summary>Gives <paramref name="cross"/> the keys and values of one utterance: 20 ms per step.</summary>
    /// <param name="window">How much is heard; null: as finals are.</param>
    public void Encode(ReadOnlySpan<float> speech, ICrossKeys cross, WindowPolicy? window = null)
    {
        _mel.Take(speech, window);
        var from = _counters.Now;
        var cpu = ModelCpu.Stamp();
        _pass.Run(_mel.Values, _mel.Frames);
        _cross.Run(cross);
        ModelCpu.Encoder.Add(cpu);
        _counters.Encoded(from);
    }

    public void Dispose()
    {
        _cross.Dispose();
        _pass.Dispose();
    }
}
