using SpeechQA.Engine.Inflection;

namespace SpeechQA.Bench.Inflection;

/// <summary>A clip with what the model said of it.</summary>
internal sealed record HeardClip(LabelledClip Clip, InflectionScores Logits, InflectionScores Probabilities);

/// <summary>How well one target is told from the rest.</summary>
/// <param name="Auc">Area under the ROC curve, 0..1; NaN when a class is missing.</param>
/// <param name="Uar">Unweighted average recall at logit 0, 0..1.</param>
/// <param name="CalibrationError">Expected calibration error over ten bins, both classes weighing the same.</param>
/// <param name="Calibration">The ten bins.</param>
internal sealed record TargetFigures(InflectionTarget Target, int Positive, int Negative, double Auc, double Uar, double CalibrationError,
    IReadOnlyList<CalibrationBin> Calibration);

/// <param name="Weight">Share of all clips, both classes weighing the same.</param>
/// <param name="Predicted">Mean probability; NaN in an empty bin.</param>
/// <param name="Observed">Share that was of the target.</param>
internal sealed record CalibrationBin(double From, double To, double Weight, double Predicted, double Observed);

/// <summary>How clips of one emotion were heard.</summary>
/// <param name="Probabilities">Means.</param>
/// <param name="Detected">Share with a logit above 0.</param>
internal sealed record EmotionFigures(string Emotion, int Clips, InflectionScores Probabilities, InflectionScores Detected);

/// <summary>Figures of a corpus.</summary>
internal sealed record CorpusFigures(string Corpus, int Clips, IReadOnlyList<TargetFigures> Targets, IReadOnlyList<EmotionFigures> Emotions)
{
    private const int Bins = 10;
    private static readonly string[] High = ["anger", "fear", "happiness", "surprise"];
    private static readonly string[] Low = ["neutral", "calm", "boredom", "sadness"];

    public static CorpusFigures Of(string corpus, IReadOnlyCollection<HeardClip> clips) => new(corpus, clips.Count,
        [.. new[] { InflectionTarget.Anger, InflectionTarget.Negative, InflectionTarget.Arousal }.Select(t => OfTarget(clips, t))],
        [.. clips.GroupBy(c => c.Clip.Emotion).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => OfEmotion(g.Key, [.. g]))]);

    /// <summary>Whether an emotion is of the target; null where it is unclear and left out.</summary>
    internal static bool? Label(string emotion, InflectionTarget target) => target switch
    {
        InflectionTarget.Anger => emotion == "anger",
        InflectionTarget.Negative => emotion == "disgust" ? null : emotion is "anger" or "fear",
        _ => High.Contains(emotion) ? true : Low.Contains(emotion) ? false : null,
    };

    private static TargetFigures OfTarget(IEnumerable<HeardClip> clips, InflectionTarget target)
    {
        var rows = clips.Select(c => (Label: Label(c.Clip.Emotion, target), Logit: c.Logits[target], Probability: c.Probabilities[target]))
            .Where(r => r.Label is not null).Select(r => (Label: r.Label!.Value, r.Logit, r.Probability)).ToList();
        var bins = Calibrate([.. rows.Select(r => (r.Label, r.Probability))]);
        var positive = rows.Count(r => r.Label);
        return new TargetFigures(target, positive, rows.Count - positive,
            RankStatistics.Auc([.. rows.Select(r => (r.Label, r.Logit))]), RankStatistics.Uar([.. rows.Select(r => (r.Label, r.Logit))], 0),
            bins.Where(b => b.Weight > 0).Sum(b => b.Weight * Math.Abs(b.Observed - b.Predicted)), bins);
    }

    private static List<CalibrationBin> Calibrate(IReadOnlyCollection<(bool Label, double Probability)> rows)
    {
        var positive = Math.Max(1, rows.Count(r => r.Label));
        var negative = Math.Max(1, rows.Count - positive);
        double Weight(bool label) => 0.5 / (label ? positive : negative);
        var byBin = rows.ToLookup(r => Math.Min(Bins - 1, (int)(r.Probability * Bins)));
        return [.. Enumerable.Range(0, Bins).Select(i =>
        {
            var weight = byBin[i].Sum(r => Weight(r.Label));
            return new CalibrationBin(i / (double)Bins, (i + 1) / (double)Bins, weight,
                byBin[i].Sum(r => Weight(r.Label) * r.Probability) / weight, byBin[i].Where(r => r.Label).Sum(r => Weight(true)) / weight);
        })];
    }

    private static EmotionFigures OfEmotion(string emotion, IReadOnlyCollection<HeardClip> clips)
    {
        InflectionScores Mean(Func<HeardClip, InflectionScores> of) =>
            1.0 / clips.Count * clips.Select(of).Aggregate((a, b) => a + b);
        static double One(double logit) => logit > 0 ? 1 : 0;
        return new EmotionFigures(emotion, clips.Count, Mean(c => c.Probabilities),
            Mean(c => new InflectionScores(One(c.Logits.Negative), One(c.Logits.Anger), One(c.Logits.Arousal))));
    }
}
