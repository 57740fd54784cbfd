using SpeechQA.Engine.Inference;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>The weights of decoder.onnx, as its exporter names them. Immutable, shared by all workers.</summary>
internal sealed class DecoderWeights
{
    private DecoderWeights(OnnxTensors from, int layers)
    {
        Vocabulary = Matrix(from, "head");
        Positions = Vector(from, "pos");
        First = NormOf(from, "d0.ln1");
        Layers = [.. Enumerable.Range(0, layers).Select(i => LayerOf(from, $"d{i}."))];
    }

    /// <summary>Output projection; its rows are the embedding, too.</summary>
    public PackedMatrix Vocabulary { get; }

    /// <summary>[positions][width].</summary>
    public float[] Positions { get; }

    /// <summary>Before the first layer.</summary>
    public Norm First { get; }

    public IReadOnlyList<Layer> Layers { get; }

    public int Width => Vocabulary.Inputs;

    /// <exception cref="BadInputException">Not such a decoder.</exception>
    public static DecoderWeights Read(string path, int layers) => new(OnnxTensors.Read(path), layers);

    internal sealed record Norm(float[] Gain, float[] Bias);

    /// <param name="Into">Self-attention: queries, keys and values.</param>
    /// <param name="Out">Of self-attention; its bias belongs to <paramref name="OutBias"/>.</param>
    /// <param name="Query">Of cross-attention.</param>
    /// <param name="Last">Normalisation before the next layer, or the vocabulary.</param>
    internal sealed record Layer(PackedMatrix Into, float[] IntoBias, PackedMatrix Out, float[] OutBias, Norm Cross,
        PackedMatrix Query, float[] QueryBias, PackedMatrix CrossOut, float[] CrossOutBias, Norm Feed,
        PackedMatrix Up, float[] UpBias, PackedMatrix Down, float[] DownBias, Norm Last);

    private static Layer LayerOf(OnnxTensors from, string d) => new(
        Matrix(from, d + "qkv"), Vector(from, d + "qkv.b"), Matrix(from, d + "o"), Vector(from, d + "lnx.skb"), NormOf(from, d + "lnx"),
        Matrix(from, d + "xq"), Vector(from, d + "xq.b"), Matrix(from, d + "xo"), Vector(from, d + "ln2.skb"), NormOf(from, d + "ln2"),
        Matrix(from, d + "fc1"), Vector(from, d + "fc1.bb"), Matrix(from, d + "fc2"), Vector(from, d + "lnn.skb"), NormOf(from, d + "lnn"));

    private static Norm NormOf(OnnxTensors from, string name) => new(Vector(from, name + ".g"), Vector(from, name + ".bb"));

    private static PackedMatrix Matrix(OnnxTensors from, string name) => new(from[name + ".q"], from[name + ".s"]);

    private static float[] Vector(OnnxTensors from, string name) => from[name].Floats.ToArray();
}
