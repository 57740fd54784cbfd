namespace SpeechQA.Engine.TextModels;

/// <summary>What the text model says of one text. Reused from call to call; one owner.</summary>
public sealed class TextReading
{
    internal TextReading(int dimension, int intents)
    {
        Vector = new float[dimension];
        Heads = new float[intents];
    }

    internal float[] Vector { get; }
    internal float[] Heads { get; }
    internal float[] Classes { get; } = new float[3];

    /// <summary>[384], length 1.</summary>
    public ReadOnlySpan<float> Embedding => Vector;

    /// <summary>-1..1: <see cref="Positive"/> less <see cref="Negative"/>.</summary>
    public float Sentiment { get; internal set; }

    /// <summary>0..1; the three sum to 1.</summary>
    public float Negative => Classes[0];

    /// <inheritdoc cref="Negative"/>
    public float Neutral => Classes[1];

    /// <inheritdoc cref="Negative"/>
    public float Positive => Classes[2];

    /// <summary>0..1 each, in the order of <see cref="TextModel.Intents"/>.</summary>
    public ReadOnlySpan<float> Intents => Heads;
}
