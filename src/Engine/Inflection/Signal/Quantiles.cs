namespace SpeechQA.Engine.Inflection.Signal;

/// <summary>Values by their rank.</summary>
internal static class Quantiles
{
    /// <summary>A quantile with linear interpolation between neighbours (Hyndman and Fan 1996, type 7).</summary>
    /// <param name="sorted">Ascending, at least one value.</param>
    /// <param name="share">0..1.</param>
    public static double Of(ReadOnlySpan<double> sorted, double share)
    {
        var at = (sorted.Length - 1) * share;
        var below = (int)at;
        if (below + 1 >= sorted.Length) return sorted[^1];
        return sorted[below] + (sorted[below + 1] - sorted[below]) * (at - below);
    }

    /// <summary>The value of which <paramref name="rank"/> - 1 are greater.</summary>
    /// <param name="values">At least <paramref name="rank"/>.</param>
    /// <param name="rank">A few: 1 is the greatest.</param>
    public static double Largest(ReadOnlySpan<double> values, int rank)
    {
        Span<double> greatest = stackalloc double[rank];
        greatest.Fill(double.NegativeInfinity);
        foreach (var value in values)
        {
            if (!(value > greatest[0])) continue;
            var at = 1;
            for (; at < rank && greatest[at] < value; at++) greatest[at - 1] = greatest[at];
            greatest[at - 1] = value;
        }
        return greatest[0];
    }
}
