using SpeechQA.Engine.Inference.Models;

namespace SpeechQA.Engine.TextModels;

/// <summary>An utterance of the background. Label: <c>none</c> ordinary talk, <c>near</c> a near miss, else a meaning.</summary>
public sealed record BackgroundUtterance(string Text, string Language, string Label);

/// <summary>Utterances that a semantic rule is measured against, embedded once. Immutable.</summary>
public sealed class TextBackground
{
    private readonly float[] _embeddings;
    private readonly int _dimension;

    /// <param name="utterances">From the model's <c>background.json</c>, or a site's own: 500 or more calibrate better.</param>
    public TextBackground(TextModel model, IReadOnlyList<BackgroundUtterance> utterances)
    {
        Utterances = utterances;
        _dimension = model.Dimension;
        _embeddings = new float[utterances.Count * _dimension];
        var reading = model.NewReading();
        for (var i = 0; i < utterances.Count; i++)
        {
            model.Read(utterances[i].Text, reading);
            reading.Embedding.CopyTo(_embeddings.AsSpan(i * _dimension));
        }
    }

    private TextBackground(IReadOnlyList<BackgroundUtterance> utterances, float[] embeddings, int dimension) =>
        (Utterances, _embeddings, _dimension) = (utterances, embeddings, dimension);

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<BackgroundUtterance> Utterances { get; }

    /// <summary>Those of its utterances, by index, that are wanted; nothing is embedded again.</summary>
    public TextBackground Where(Func<int, bool> wanted)
    {
        int[] kept = [.. Enumerable.Range(0, Utterances.Count).Where(wanted)];
        return new TextBackground([.. kept.Select(i => Utterances[i])], [.. kept.SelectMany(i => Embedding(i).ToArray())], _dimension);
    }

    internal ReadOnlySpan<float> Embedding(int i) => _embeddings.AsSpan(i * _dimension, _dimension);

    internal static IReadOnlyList<BackgroundUtterance> Read(ModelFile file) =>
        TextModelConfig.Read<List<BackgroundUtterance>>(file, b => b.Count > 0);
}
