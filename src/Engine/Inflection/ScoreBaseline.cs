namespace SpeechQA.Engine.Inflection;

/// <summary>
/// How the model hears a caller who is calm: the running mean of the leg's own calm logits, shrunk to the site's while little
/// speech has been heard. Half of it is subtracted; the other half always counts, so a caller who is angry from the first
/// word is still heard.
/// </summary>
/// <param name="settings">Constants of the head.</param>
/// <param name="site">Mean calm logits of the site, or null for those of the training.</param>
/// <param name="siteStrength">Share of the difference between site and training that is subtracted, 0..1.</param>
public sealed class ScoreBaseline(BaselineSettings settings, InflectionScores? site, double siteStrength)
{
    private readonly InflectionScores _site = site ?? settings.TrainedCalmMean;

    /// <summary>Calm active speech behind <see cref="Mean"/>, seconds.</summary>
    public double OwnSeconds { get; private set; }

    /// <summary>Mean calm logits of the leg alone.</summary>
    public InflectionScores Mean { get; private set; } = site ?? settings.TrainedCalmMean;

    /// <summary>Logits relative to the baseline.</summary>
    public InflectionScores Apply(InflectionScores logits)
    {
        var baseline = 1 / (OwnSeconds + settings.PriorS) * (OwnSeconds * Mean + settings.PriorS * _site);
        return logits - settings.Strength * (baseline - _site) - siteStrength * (_site - settings.TrainedCalmMean);
    }

    /// <summary>Takes a calm window in.</summary>
    /// <param name="seconds">New active speech since the last result, at most 0.5 s.</param>
    public void Add(InflectionScores logits, double seconds)
    {
        var kept = Math.Min(OwnSeconds, settings.MemoryS - seconds);
        if (kept + seconds > 0)
            Mean = 1 / (kept + seconds) * (kept * Mean + seconds * logits.Near(_site, settings.Clip));
        OwnSeconds = kept + seconds;
    }
}
