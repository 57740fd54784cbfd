using SpeechQA.Engine.Audio;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>The log-mel of the window in which an utterance is heard. The memory is reused; one owner.</summary>
internal sealed class MelWindow(WhisperSettings settings)
{
    private readonly LogMel _logMel = new(settings.NMels);
    private float[] _raw = [];
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
        if (_mel.Length < size) (_raw, _mel) = (new float[size], new float[size]);
        var lead = (int)Math.Round(window.Lead * AudioTime.Rate);
        _logMel.Raw(speech[..Math.Min(speech.Length, total - lead)], total, 0, _raw.AsSpan(0, size));
        _logMel.Normalise(_raw.AsSpan(0, size), Values);
    }
}
