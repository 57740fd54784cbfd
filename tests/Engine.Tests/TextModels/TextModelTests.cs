using System.Numerics.Tensors;
using System.Text.Json;

namespace SpeechQA.Engine.Tests.TextModels;

[Collection(TextModelCollection.Name)]
public sealed class TextModelTests(TextModelFixture text)
{
    // The golden values were made with another build of the runtime: 8-bit rounding moves an embedding by up to 0.011.
    private const double Tolerance = 0.02;

    // The reference names none for these; where the classes are even, that rounding moves a probability by up to 0.0204.
    private const double ClassTolerance = 0.04;

    [Fact]
    public void Golden_readings_are_within_the_references_tolerances()
    {
        var golden = text.Golden.GetProperty("embeddings").EnumerateArray().ToList();
        Assert.Equal(40, golden.Count);
        var first = text.Embed(golden[0].GetProperty("text").GetString()!);
        var reading = text.Model.NewReading();
        foreach (var g in golden)
        {
            text.Model.Read(g.GetProperty("text").GetString()!, reading);
            Close(g.GetProperty("first8"), reading.Embedding[..8], Tolerance);
            Close(g.GetProperty("sentiment_probs"), [reading.Negative, reading.Neutral, reading.Positive], ClassTolerance);
            Assert.Equal(g.GetProperty("sentiment").GetDouble(), reading.Sentiment, ClassTolerance);
            Assert.Equal(g.GetProperty("similarity_to_first").GetDouble(), TensorPrimitives.Dot(reading.Embedding, first), Tolerance);
            Assert.Equal(1, TensorPrimitives.Norm(reading.Embedding), 1e-3);
            var intents = g.GetProperty("intents").EnumerateArray().Select(i => i.GetDouble()).ToList();
            Assert.Equal(text.Model.Intents.Count, intents.Count);
            for (var i = 0; i < intents.Count; i++) Assert.Equal(LogOdds(intents[i]), LogOdds(reading.Intents[i]), 0.5);
        }
    }

    [Fact]
    public void Every_thread_reads_the_same()
    {
        string[] texts = ["je voudrais résilier mon contrat", "yes", "thank you so much you have been really helpful today", ""];
        var alone = texts.Select(text.Embed).ToList();
        Parallel.For(0, 40, i => Assert.Equal(alone[i % texts.Length], text.Embed(texts[i % texts.Length])));
    }

    [Fact]
    public void An_intents_margin_is_zero_at_its_threshold()
    {
        var cancel = text.Model.Intents.Single(i => i.Name == "cancel");
        Assert.Equal(0, cancel.Margin(cancel.Threshold), 1e-9);
        Assert.True(cancel.Margin(cancel.ThresholdStrict) > 1);
        Assert.True(double.IsFinite(cancel.Margin(0)) && cancel.Margin(0) < 0);
    }

    private static void Close(JsonElement expected, ReadOnlySpan<float> actual, double tolerance)
    {
        var i = 0;
        foreach (var e in expected.EnumerateArray()) Assert.Equal(e.GetDouble(), actual[i++], tolerance);
        Assert.Equal(i, actual.Length);
    }

    private static double LogOdds(double p) => Math.Log(Math.Max(p, 1e-6) / Math.Max(1 - p, 1e-6));
}
