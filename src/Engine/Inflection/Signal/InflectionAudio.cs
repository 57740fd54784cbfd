namespace SpeechQA.Engine.Inflection.Signal;

/// <summary>The audio that inflection listens to: the last 3 s at 8 kHz, every 0.5 s.</summary>
public static class InflectionAudio
{
    /// <summary>Samples per second.</summary>
    public const int Rate = 8_000;

    /// <summary>Samples of a window: 3 s.</summary>
    public const int WindowSamples = 3 * Rate;

    /// <summary>Samples from one window to the next: 0.5 s.</summary>
    public const int HopSamples = Rate / 2;
}
