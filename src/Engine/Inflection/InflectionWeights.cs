using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Matrices;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inference.Onnx;
using SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

namespace SpeechQA.Engine.Inflection;

/// <summary>
/// The weights of inflection.onnx, as models/tools/inflection/train_inflection.py names them. Immutable, shared by all threads.
/// </summary>
/// <param name="Kept">Of a band of the log-mel, whether a telephone carries it.</param>
internal sealed record InflectionWeights(bool[] Kept, EncoderWeights Encoder, PoolingWeights Pooling) : IDisposable
{
    private const int Bands = 80, Width = 512;

    /// <exception cref="BadInputException">Not such a graph.</exception>
    public static InflectionWeights Read(string path)
    {
        var from = OnnxTensors.Read(path);
        var layers = 0;
        while (from.Names.Contains($"enc.e.layers.{layers}.g1")) layers++;
        var encoder = new EncoderWeights(ScaleOf.Row, Stem(from, "enc_MatMul", "b1"), Stem(from, "enc_MatMul_1", "b2"),
            from.Vector("enc.e.pos"), [.. Enumerable.Range(0, layers).Select(i => LayerOf(from, i))]);
        var weights = new InflectionWeights([.. from.Vector("enc.keep").Select(k => k != 0)], encoder, PoolingWeights.Of(from));
        if (layers > 0 && encoder.Fits(Bands, Width) && weights.Kept.Length == Bands && weights.Pooling.Fits(Width)) return weights;
        weights.Dispose();
        throw new BadInputException($"{path}: not an inflection graph, or of another size",
            "give an inflection graph as the model card describes it");
    }

    public void Dispose() => Encoder.Dispose();

    private static Linear<IMatrix> Stem(OnnxTensors from, string name, string bias) =>
        new(Matrix(from, name), from.Vector("enc.e." + bias));

    private static EncoderLayer LayerOf(OnnxTensors from, int layer)
    {
        var (matrix, vector) = ($"enc_layers.{layer}_MatMul", $"enc.e.layers.{layer}.");
        // Those in between, 1 and 2, are attention's.
        return new EncoderLayer
        {
            AttentionNorm = Norm("1"),
            Qkv = Linear("", "bqkv"),
            AttentionOut = Linear("_3", "bo"),
            MlpNorm = Norm("2"),
            MlpUp = Linear("_4", "c1"),
            MlpDown = Linear("_5", "c2"),
        };

        Linear<ByteMatrix> Linear(string name, string bias) => new(Matrix(from, matrix + name), from.Vector(vector + bias));
        LayerNorm Norm(string name) => new(from.Vector(vector + "g" + name), from.Vector(vector + "b" + name));
    }

    private static ByteMatrix Matrix(OnnxTensors from, string name) => new(from[name + "_output_0_w8"], from[name + "_output_0_ws"].Floats);
}

/// <summary>What makes logits of the encoder's frames: standardising, a projection, attention over time, an embedding.</summary>
/// <param name="Score">Attention's first layer, before its hyperbolic tangent.</param>
/// <param name="Embed">[outputs][inputs], as <paramref name="Logits"/>.</param>
internal sealed record PoolingWeights(float[] Mean, float[] Deviation, Linear<FloatMatrix> Project, Linear<FloatMatrix> Score,
    Linear<FloatMatrix> Weigh,
    float[] Embed, float[] EmbedBias, float[] Logits, float[] LogitsBias)
{
    /// <exception cref="BadInputException">A tensor is missing.</exception>
    public static PoolingWeights Of(OnnxTensors from)
    {
        // Numbered by the exporter, in the order of use.
        var matrices = from.Names.Where(n => n.StartsWith("onnx::MatMul_", StringComparison.Ordinal)).ToList();
        if (matrices.Count != 3)
            throw new BadInputException($"{matrices.Count} matrices in the head of the inflection graph where 3 were expected",
                ModelFile.Remedy);
        return new PoolingWeights(from.Vector("head.mu"), from.Vector("head.sd"), Linear(0, "p"), Linear(1, "a1"), Linear(2, "a2"),
            from.Vector("head.e.weight"), from.Vector("head.e.bias"), from.Vector("head.o.weight"), from.Vector("head.o.bias"));

        Linear<FloatMatrix> Linear(int matrix, string name) =>
            new(FloatMatrix.Of(from[matrices[matrix]]), from.Vector($"head.{name}.bias"));
    }

    public bool Fits(int width)
    {
        var (projected, hidden, embedded) = (Project.Matrix.Outputs, Score.Matrix.Outputs, EmbedBias.Length);
        return Mean.Length == width && Deviation.Length == width && Project.Fits(width, projected) && projected % FloatTiles.Panel == 0
            && Score.Fits(projected, hidden) && Weigh.Fits(hidden, projected)
            && Embed.Length == embedded * 2 * projected && LogitsBias.Length == InflectionModel.Run.Targets
                && Logits.Length == LogitsBias.Length * embedded;
    }
}
