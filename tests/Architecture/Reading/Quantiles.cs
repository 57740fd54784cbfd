namespace SpeechQA.Architecture.Reading;

/// <summary>Figures of many lengths.</summary>
internal static class Quantiles
{
    /// <summary>The least value that a share of all do not pass.</summary>
    /// <param name="share">0..1.</param>
    public static int At(IEnumerable<int> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
    }
}
