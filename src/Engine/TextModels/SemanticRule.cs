using System.Numerics.Tensors;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.TextModels;

/// <summary>
/// Fires when an utterance means what the examples mean; compiled once, then immutable and for any number of threads.
/// All vectors are centred first: v = (e - center) / |e - center|. Score = P + C - max(0, N - P + margin), where P is the
/// mean of the three largest cosines with the examples, C the cosine with their mean, and N the largest cosine with a
/// counter-example (weights in the model's config.json). -3..2; it fires above the threshold.
/// </summary>
public sealed class SemanticRule
{
    private readonly TextModelConfig.RuleConstants _constants;
    private readonly float[][] _examples;
    private readonly float[][] _unlike;
    private readonly float[] _centroid;

    private SemanticRule(TextModelConfig.RuleConstants constants, float[][] examples, float[][] unlike)
    {
        (_constants, _examples, _unlike) = (constants, examples, unlike);
        _centroid = Centroid(examples, except: -1);
    }

    /// <summary>The score that must be exceeded.</summary>
    public float Threshold { get; private init; }

    /// <summary>Compiles a rule; its threshold is as given, or set on the model's background.</summary>
    /// <param name="examples">At least one utterance with the meaning; 5 to 10 varied ones are good.</param>
    /// <param name="unlike">Utterances with the same words and another meaning; may be empty.</param>
    /// <param name="threshold">A score, or null to set it on the background.</param>
    /// <param name="falseAlarm">Share of the background that may fire, above 0 and below 1; null: the model's own (0.01).</param>
    /// <param name="background">What the threshold is set on; null: the model's own.</param>
    /// <exception cref="BadInputException">No example, an empty one, or a share out of range.</exception>
    public static SemanticRule Compile(TextModel model, IReadOnlyList<string> examples, IReadOnlyList<string> unlike,
        float? threshold = null, double? falseAlarm = null,
        TextBackground? background = null)
    {
        if (examples.Count == 0) throw new BadInputException("a meaning without examples", "give 5 to 10 utterances that have it");
        if (examples.Concat(unlike).Any(string.IsNullOrWhiteSpace))
            throw new BadInputException("a meaning with an empty example", "write an utterance or take it out");
        if (falseAlarm is <= 0 or >= 1)
            throw new BadInputException($"false alarms of {falseAlarm}", "give a share above 0 and below 1, such as 0.005");
        var reading = model.NewReading();
        float[] Vector(string text)
        {
            model.Read(text, reading);
            var v = new float[model.Dimension];
            Centre(reading.Embedding, model.Config.Rule.Center, v);
            return v;
        }
        var rule = new SemanticRule(model.Config.Rule, [.. examples.Select(Vector)], [.. unlike.Select(Vector)]);
        return rule.With(threshold ?? rule.Calibrate(background ?? model.Background, falseAlarm ?? model.Config.Rule.FalseAlarm));
    }

    /// <summary>The score of an utterance; allocates nothing.</summary>
    /// <param name="embedding">[384], as the text model gives it.</param>
    public float Score(ReadOnlySpan<float> embedding)
    {
        Span<float> v = stackalloc float[embedding.Length];
        Centre(embedding, _constants.Center, v);
        return Score(v, _centroid, except: -1);
    }

    /// <summary>Index of the example nearest to an utterance.</summary>
    public int Nearest(ReadOnlySpan<float> embedding)
    {
        Span<float> v = stackalloc float[embedding.Length];
        Centre(embedding, _constants.Center, v);
        var (best, nearest) = (float.NegativeInfinity, 0);
        for (var i = 0; i < _examples.Length; i++)
            if (TensorPrimitives.Dot(v, _examples[i]) is var cosine && cosine > best) (best, nearest) = (cosine, i);
        return nearest;
    }

    /// <summary>Whether a text has the meaning.</summary>
    public bool Fires(ReadOnlySpan<float> embedding) => Score(embedding) > Threshold;

    /// <summary>
    /// What each example scores against the others alone: about what a new utterance with this meaning will reach. Empty
    /// for a single example. An example under <see cref="Threshold"/> would not be heard if it were not an example.
    /// </summary>
    public IReadOnlyList<float> LeaveOneOut() =>
        _examples.Length < 2 ? [] : [.. _examples.Select((e, i) => Score(e, Centroid(_examples, except: i), except: i))];

    /// <summary>How the rule stands against the background.</summary>
    /// <param name="nearest">How many of the nearest background utterances to show.</param>
    public SemanticRuleCheck Check(TextBackground background, int nearest = 5)
    {
        var scores = Scores(background);
        var own = OwnMeanings(background, scores);
        var others = scores.Index().Where(s => !own.Contains(background.Utterances[s.Index].Label)).ToList();
        return new SemanticRuleCheck(
            [.. others.OrderByDescending(s => s.Item).Take(nearest)
                .Select(s => new NearUtterance(background.Utterances[s.Index], s.Item, s.Item > Threshold))],
            others.Count == 0 ? 0 : others.Count(s => s.Item > Threshold) / (double)others.Count,
            [.. own.Order(StringComparer.Ordinal)],
            LeaveOneOut());
    }

    private SemanticRule With(float threshold) => new(_constants, _examples, _unlike) { Threshold = threshold };

    // The smallest score that at most this share of the background exceeds.
    private float Calibrate(TextBackground background, double falseAlarm)
    {
        var scores = Scores(background);
        var own = OwnMeanings(background, scores);
        float[] rest = [.. scores.Where((_, i) => !own.Contains(background.Utterances[i].Label)).Order()];
        return rest.Length == 0 ? 0 : rest[Math.Max((int)Math.Ceiling((1 - falseAlarm) * rest.Length) - 1, 0)];
    }

    private float[] Scores(TextBackground background) =>
        [.. Enumerable.Range(0, background.Utterances.Count).Select(i => Score(background.Embedding(i)))];

    // Groups whose median lies above the middle between the background and the examples have the rule's own meaning.
    private HashSet<string> OwnMeanings(TextBackground background, float[] scores)
    {
        if (_examples.Length < 3 || scores.Length == 0) return [];
        var middle = (Median(scores) + Median(LeaveOneOut())) / 2;
        return [.. scores.Zip(background.Utterances, (score, u) => (score, u.Label))
            .Where(s => s.Label is not ("none" or "near"))
            .GroupBy(s => s.Label, s => s.score)
            .Where(g => Median([.. g]) > middle)
            .Select(g => g.Key)];
    }

    private float Score(ReadOnlySpan<float> v, ReadOnlySpan<float> centroid, int except)
    {
        Span<float> top = stackalloc float[_constants.Top];
        top.Fill(float.NegativeInfinity);
        for (var i = 0; i < _examples.Length; i++)
            if (i != except) Insert(top, TensorPrimitives.Dot(v, _examples[i]));
        var count = Math.Min(_constants.Top, _examples.Length - (except < 0 ? 0 : 1));
        var p = TensorPrimitives.Sum<float>(top[..count]) / count;
        var score = p + _constants.Centroid * TensorPrimitives.Dot(v, centroid);
        if (_unlike.Length == 0) return score;
        var n = float.NegativeInfinity;
        foreach (var u in _unlike) n = Math.Max(n, TensorPrimitives.Dot(v, u));
        return score - _constants.CounterWeight * Math.Max(0, n - p + _constants.CounterMargin);
    }

    // Keeps the largest, in falling order.
    private static void Insert(Span<float> top, float value)
    {
        for (var i = 0; i < top.Length; i++)
            if (value > top[i]) (top[i], value) = (value, top[i]);
    }

    private static float[] Centroid(float[][] vectors, int except)
    {
        var sum = new float[vectors[0].Length];
        for (var i = 0; i < vectors.Length; i++)
            if (i != except) TensorPrimitives.Add(sum, vectors[i], sum);
        Normalize(sum);
        return sum;
    }

    private static void Centre(ReadOnlySpan<float> embedding, ReadOnlySpan<float> center, Span<float> v)
    {
        TensorPrimitives.Subtract(embedding, center, v);
        Normalize(v);
    }

    // Examples that cancel out have no direction: then nothing is near it.
    private static void Normalize(Span<float> v)
    {
        var norm = TensorPrimitives.Norm<float>(v);
        if (norm < 1e-6f) v.Clear();
        else TensorPrimitives.Divide(v, norm, v);
    }

    private static float Median(IReadOnlyList<float> values)
    {
        float[] sorted = [.. values.Order()];
        var half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
