using SpeechQA.Engine.Inference;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>The weights of decoder.onnx, as its exporter names them. Immutable, shared by all workers.</summary>
internal sealed class DecoderWeights
{
    private DecoderWeights(OnnxTensors from, WhisperSettings settings)
    {
        Vocabulary = Matrix(from, "head");
        Positions = from.Vector("pos");
        First = NormOf(from, "d0.ln1");
        Layers = [.. Enumerable.Range(0, settings.DecLayers).Select(i => LayerOf(from, $"d{i}."))];
        Check(settings);
    }

    /// <summary>Output projection; its rows are the embedding, too.</summary>
    public PackedMatrix Vocabulary { get; }

    /// <summary>[positions][width].</summary>
    public float[] Positions { get; }

    /// <summary>Before the first layer.</summary>
    public LayerNorm First { get; }

    public IReadOnlyList<Layer> Layers { get; }

    public int Width => Vocabulary.Inputs;

    /// <exception cref="BadInputException">Not such a decoder.</exception>
    public static DecoderWeights Read(string path, WhisperSettings settings) => new(OnnxTensors.Read(path), settings);

    /// <param name="Into">Self-attention: queries, keys and values.</param>
    /// <param name="Out">Of self-attention; its bias belongs to <paramref name="OutBias"/>.</param>
    /// <param name="Query">Of cross-attention.</param>
    /// <param name="Last">Normalisation before the next layer, or the vocabulary.</param>
    internal sealed record Layer(PackedMatrix Into, float[] IntoBias, PackedMatrix Out, float[] OutBias, LayerNorm Cross,
        PackedMatrix Query, float[] QueryBias, PackedMatrix CrossOut, float[] CrossOutBias, LayerNorm Feed,
        PackedMatrix Up, float[] UpBias, PackedMatrix Down, float[] DownBias, LayerNorm Last);

    /// <summary>Passes work with bare pointers: nothing may be of another size than they go by.</summary>
    private void Check(WhisperSettings settings)
    {
        var width = Width;
        var fits = width == settings.Heads * DecoderState.HeadSize && Vocabulary.Outputs == settings.Rows && Positions.Length >= settings.Ctx * width && First.Fits(width)
            && settings.AlignmentHeads.All(h => h is [var layer, var head] && layer >= 0 && layer < settings.DecLayers && head >= 0 && head < settings.Heads);
        foreach (var layer in Layers)
        {
            var inner = layer.Up.Outputs;
            fits &= Fits(layer.Into, layer.IntoBias, width, 3 * width) && Fits(layer.Out, layer.OutBias, width, width) && Fits(layer.Query, layer.QueryBias, width, width)
                && Fits(layer.CrossOut, layer.CrossOutBias, width, width) && Fits(layer.Up, layer.UpBias, width, inner) && Fits(layer.Down, layer.DownBias, inner, width)
                && inner % QuantizedColumns.Block == 0 && layer.Cross.Fits(width) && layer.Feed.Fits(width) && layer.Last.Fits(width);
        }
        if (!fits) throw new BadInputException("decoder.onnx and settings.json do not belong together", ModelFile.Remedy);
    }

    private static bool Fits(PackedMatrix matrix, float[] bias, int inputs, int outputs) =>
        matrix.Inputs == inputs && matrix.Outputs == outputs && bias.Length == outputs;

    private static Layer LayerOf(OnnxTensors from, string d) => new(
        Matrix(from, d + "qkv"), from.Vector(d + "qkv.b"), Matrix(from, d + "o"), from.Vector(d + "lnx.skb"), NormOf(from, d + "lnx"),
        Matrix(from, d + "xq"), from.Vector(d + "xq.b"), Matrix(from, d + "xo"), from.Vector(d + "ln2.skb"), NormOf(from, d + "ln2"),
        Matrix(from, d + "fc1"), from.Vector(d + "fc1.bb"), Matrix(from, d + "fc2"), from.Vector(d + "lnn.skb"), NormOf(from, d + "lnn"));

    private static LayerNorm NormOf(OnnxTensors from, string name) => new(from.Vector(name + ".g"), from.Vector(name + ".bb"));

    private static PackedMatrix Matrix(OnnxTensors from, string name) => new(from[name + ".q"], from[name + ".s"]);
}
