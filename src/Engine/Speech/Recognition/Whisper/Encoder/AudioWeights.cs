using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Matrices;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inference.Onnx;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>The weights of encoder.onnx, as its exporter names them. Immutable, shared by all workers.</summary>
/// <param name="FinalNorm">After the last layer.</param>
/// <param name="Cross">What the decoder's layers hear, one of each: its keys, then its values.</param>
internal sealed record AudioWeights(EncoderWeights Encoder, LayerNorm FinalNorm, IReadOnlyList<Linear<ByteMatrix>> Cross) : IDisposable
{
    /// <exception cref="BadInputException">Not such an encoder.</exception>
    public static AudioWeights Read(string path, WhisperSettings settings)
    {
        var from = OnnxTensors.Read(path);
        var layers = 0;
        while (from.Names.Contains($"e{layers}.qkv.q")) layers++;
        var weights = new AudioWeights(
            new EncoderWeights(ScaleOf.Tensor, Convolution(from, "conv1"), Convolution(from, "conv2"), from.Vector("pos"),
                [.. Enumerable.Range(0, layers).Select(i => LayerOf(from, i))]),
            NormOf(from, $"e{layers - 1}.lnn"), CrossOf(from, settings.DecLayers));
        var width = settings.Heads * SelfAttention.HeadSize;
        if (layers > 0 && weights.Encoder.Fits(settings.NMels, width) && weights.FinalNorm.Fits(width)
            && weights.Cross.All(c => c.Fits(width, 2 * width))) return weights;
        weights.Dispose();
        throw new BadInputException("encoder.onnx and settings.json do not belong together", ModelFile.Remedy);
    }

    public void Dispose()
    {
        Encoder.Dispose();
        foreach (var cross in Cross) cross.Matrix.Dispose();
    }

    private static EncoderLayer LayerOf(OnnxTensors from, int layer)
    {
        var e = $"e{layer}.";
        return new EncoderLayer
        {
            // The exporter names the normalisation before a layer after the layer before it.
            AttentionNorm = NormOf(from, layer == 0 ? "e0.ln1" : $"e{layer - 1}.lnn"),
            Qkv = Bytes(from, e + "qkv", e + "qkv.b"),
            AttentionOut = Bytes(from, e + "o", e + "ln2.skb"),
            MlpNorm = NormOf(from, e + "ln2"),
            MlpUp = Bytes(from, e + "fc1", e + "fc1.bb"),
            MlpDown = Bytes(from, e + "fc2", e + "lnn.skb"),
            Outliers = OutliersOf(from, e),
        };
    }

    private static OutlierUnits? OutliersOf(OnnxTensors from, string e) => from.Names.Contains(e + "hot1.w")
        ? new OutlierUnits(FloatMatrix.Of(from[e + "hot1.w"]), from.Vector(e + "hot1.bb"), FloatMatrix.Of(from[e + "hot2.w"]))
        : null;

    private static Linear<ByteMatrix> Bytes(OnnxTensors from, string name, string bias) =>
        new(new ByteMatrix(from[name + ".q"], from[name + ".s"].Floats), from.Vector(bias));

    /// <summary>The file has one matrix for all. Its products would not fit the second-level cache.</summary>
    private static Linear<ByteMatrix>[] CrossOf(OnnxTensors from, int layers)
    {
        var (weights, scales, bias) = (from["xkv.q"], from.Vector("xkv.s"), from.Vector("xkv.b"));
        if (weights.Shape is not [_, var outputs] || scales.Length != outputs || bias.Length != outputs || outputs % layers != 0
            || weights.SignedBytes.IsEmpty)
            throw new BadInputException($"cross keys and values of [{string.Join(", ", weights.Shape)}]", ModelFile.Remedy);
        var each = (int)outputs / layers;
        return [.. Enumerable.Range(0, layers).Select(i =>
            new Linear<ByteMatrix>(new ByteMatrix(weights.Columns(i * each, each), scales.AsSpan(i * each, each)),
            bias[(i * each)..((i + 1) * each)]))];
    }

    /// <param name="name">Of weights [outputs, channels, 3].</param>
    private static Linear<IMatrix> Convolution(OnnxTensors from, string name)
    {
        var tensor = from[name + ".w"];
        if (tensor.Shape is not [var outputs, var inputs, EncoderWeights.Taps])
            throw new BadInputException($"a convolution with weights of [{string.Join(", ", tensor.Shape)}]", ModelFile.Remedy);
        var (values, channels) = (tensor.Floats.ToArray(), (int)inputs);
        var matrix = new FloatMatrix(channels * EncoderWeights.Taps, (int)outputs, (i, o) =>
            values[(o * channels + i % channels) * EncoderWeights.Taps + i / channels]);
        return new Linear<IMatrix>(matrix, from.Vector(name + ".b"));
    }

    private static LayerNorm NormOf(OnnxTensors from, string name) => new(from.Vector(name + ".g"), from.Vector(name + ".bb"));
}
