using SpeechQA.Engine.TextModels;

namespace SpeechQA.Bench.Text;

/// <summary>What the text model makes of some texts, in their order.</summary>
/// <param name="Embeddings">[texts][384].</param>
/// <param name="Intents">[texts][heads].</param>
/// <param name="Sentiments">The class with the largest probability: 0 negative, 1 neutral, 2 positive.</param>
internal sealed record TextVectors(IReadOnlyList<float[]> Embeddings, IReadOnlyList<float[]> Intents, IReadOnlyList<int> Sentiments)
{
    public static TextVectors Of(TextModel model, IEnumerable<string> texts)
    {
        var result = new TextVectors(new List<float[]>(), new List<float[]>(), new List<int>());
        var reading = model.NewReading();
        foreach (var text in texts)
        {
            model.Read(text, reading);
            ((List<float[]>)result.Embeddings).Add(reading.Embedding.ToArray());
            ((List<float[]>)result.Intents).Add(reading.Intents.ToArray());
            float[] classes = [reading.Negative, reading.Neutral, reading.Positive];
            ((List<int>)result.Sentiments).Add(Array.IndexOf(classes, classes.Max()));
        }
        return result;
    }
}
