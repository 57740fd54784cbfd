using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>
/// Speech to the decoder's cross keys and values: window, log-mel, encoder. One utterance per call: the int8 scales of
/// the encoder are taken over the whole tensor, so neighbours would change the result, and batches bring nothing.
/// </summary>
internal sealed class WhisperEncoder : IDisposable
{
    /// <summary>Frames of a window that takes as long as thirty passes of the decoder and more: 7.5 s.</summary>
    private const int LongFrames = 750;

    private readonly MelWindow _mel;
    private readonly EncoderPass _pass;
    private readonly CrossProjection _cross;
    private readonly WhisperCounters _counters;
    private readonly Action? _between;
    private long _from, _cpu;

    /// <param name="between">
    /// Other work of the same thread, done after each layer of a long window. Of a short one it can wait for the end: passes of the decoder
    /// cost less when more take them together.
    /// </param>
    /// <param name="recent">Log-mel of what was heard lately.</param>
    public WhisperEncoder(AudioWeights weights, WhisperSettings settings, WhisperCounters counters, Action? between = null,
        RecentMel? recent = null)
    {
        _mel = new MelWindow(settings, recent);
        _pass = new EncoderPass(weights.Encoder);
        _cross = new CrossProjection(weights, _pass);
        _counters = counters;
        _between = between is null ? null : () =>
        {
            Stop();
            between();
            Start();
        };
    }

    /// <summary>Gives <paramref name="cross"/> the keys and values of one utterance: 20 ms per frame.</summary>
    /// <param name="window">How much is heard; null: as finals are.</param>
    public void Encode(ReadOnlySpan<float> speech, ICrossKeys cross, WindowPolicy? window = null)
    {
        _mel.Take(speech, window);
        Start();
        _pass.Run(_mel.Values, _mel.Frames, _mel.Frames >= LongFrames ? _between : null);
        _cross.Run(cross);
        Stop();
    }

    private void Start() => (_from, _cpu) = (_counters.Now, ModelCpu.Stamp());

    private void Stop()
    {
        ModelCpu.Encoder.Add(_cpu);
        _counters.Encoded(_from);
    }

    public void Dispose()
    {
        _cross.Dispose();
        _pass.Dispose();
    }
}
