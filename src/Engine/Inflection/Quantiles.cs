namespace SpeechQA.Engine.Inflection;

/// <summary>Quantiles with linear interpolation between neighbours (Hyndman and Fan 1996, type 7).</summary>
internal static class Quantiles
{
    /// <param name="sorted">Ascending, at least one value.</param>
    /// <param name="share">0..1.</param>
    public static double Of(ReadOnlySpan<double> sorted, double share)
    {
        var at = (sorted.Length - 1) * share;
        var below = (int)at;
        if (below + 1 >= sorted.Length) return sorted[^1];
        return sorted[below] + (sorted[below + 1] - sorted[below]) * (at - below);
    }
}
