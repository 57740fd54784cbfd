namespace SpeechQA.Engine.Inflection.Signal;

/// <summary>The level above which a frame counts as speech (the idea of ITU-T P.56, simplified).</summary>
internal static class SpeechThreshold
{
    /// <summary>A frame below this is never speech, dBov.</summary>
    public const double Lowest = -60;

    /// <param name="peak">Level of the window's loudest speech, dBov.</param>
    /// <param name="noise">Noise floor, dBov.</param>
    public static double Of(double peak, double noise) => Math.Max(Math.Max(peak - 22, Math.Min(noise + 8, peak - 8)), Lowest);
}
