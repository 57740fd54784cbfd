namespace SpeechQA.Engine.Inflection;

/// <summary>What the model listens for.</summary>
public enum InflectionTarget
{
    /// <summary>Anger or fear against the rest.</summary>
    Negative,

    /// <summary>Anger against the rest.</summary>
    Anger,

    /// <summary>High against low activation.</summary>
    Arousal,
}

/// <summary>A number per target: logits, or probabilities 0..1.</summary>
public readonly record struct InflectionScores(double Negative, double Anger, double Arousal)
{
    /// <summary>The score of a target.</summary>
    public double this[InflectionTarget target] => target switch
    {
        InflectionTarget.Negative => Negative,
        InflectionTarget.Anger => Anger,
        _ => Arousal,
    };

    /// <summary>The same number for all targets.</summary>
    public static InflectionScores All(double value) => new(value, value, value);

    /// <summary>By target.</summary>
    public static InflectionScores operator +(InflectionScores a, InflectionScores b) =>
        new(a.Negative + b.Negative, a.Anger + b.Anger, a.Arousal + b.Arousal);

    /// <summary>By target.</summary>
    public static InflectionScores operator -(InflectionScores a, InflectionScores b) =>
        new(a.Negative - b.Negative, a.Anger - b.Anger, a.Arousal - b.Arousal);

    /// <summary>By target.</summary>
    public static InflectionScores operator *(double k, InflectionScores a) => new(k * a.Negative, k * a.Anger, k * a.Arousal);

    /// <summary>Each number kept within <paramref name="reach"/> of that of <paramref name="centre"/>.</summary>
    public InflectionScores Near(InflectionScores centre, double reach) => new(
        Math.Clamp(Negative, centre.Negative - reach, centre.Negative + reach),
        Math.Clamp(Anger, centre.Anger - reach, centre.Anger + reach),
        Math.Clamp(Arousal, centre.Arousal - reach, centre.Arousal + reach));
}
