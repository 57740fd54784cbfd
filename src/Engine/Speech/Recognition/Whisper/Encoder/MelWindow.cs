using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>The log-mel of the window in which an utterance is heard. The memory is reused; one owner.</summary>
/// <param name="recent">What was heard lately; null: every window is computed as a whole.</param>
internal sealed class MelWindow(WhisperSettings settings, RecentMel? recent = null)
{
    private readonly LogMel _logMel = new(settings.NMels);
    private readonly RecentMel.Frames _own = new();
    private float[] _mel = [];

    /// <summary>Frames of 10 ms of the last window.</summary>
    public int Frames { get; private set; }

    /// <summary>[bands][frames], normalised.</summary>
    public Span<float> Values => _mel.AsSpan(0, Frames * settings.NMels);

    /// <param name="window">How much is heard; null: as finals are.</param>
    public void Take(ReadOnlySpan<float> speech, WindowPolicy? window)
    {
        window ??= settings.Window;
        var total = window.Samples(speech.Length);
        Frames = total / LogMel.Hop;
        var size = Frames * settings.NMels;
        if (_mel.Length < size) _mel = new float[size];
        speech = speech[..Math.Min(speech.Length, total - (int)Math.Round(window.Lead * AudioTime.Rate))];
        _own.Forget();
        var frames = recent?.Take(speech) ?? _own;
        _logMel.Normalise(frames.Grow(speech, total, _logMel), Values);
        recent?.Give(frames);
    }
}
