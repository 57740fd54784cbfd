using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Matrices;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inference.Onnx;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>The weights of decoder.onnx, as its exporter names them. Immutable, shared by all workers.</summary>
internal sealed class DecoderWeights
{
    private DecoderWeights(OnnxTensors from, WhisperSettings settings)
    {
        Vocabulary = Matrix(from, "head");
        Positions = from.Vector("pos");
        FirstNorm = NormOf(from, "d0.ln1");
        Layers = [.. Enumerable.Range(0, settings.DecLayers).Select(i => LayerOf(from, $"d{i}."))];
        Check(settings);
    }

    /// <summary>Output projection; its rows are the embedding, too.</summary>
    public PackedMatrix Vocabulary { get; }

    /// <summary>[positions][width].</summary>
    public float[] Positions { get; }

    /// <summary>Before the first layer.</summary>
    public LayerNorm FirstNorm { get; }

    public IReadOnlyList<DecoderLayer> Layers { get; }

    public int Width => Vocabulary.Inputs;

    /// <exception cref="BadInputException">Not such a decoder.</exception>
    public static DecoderWeights Read(string path, WhisperSettings settings) => new(OnnxTensors.Read(path), settings);

    /// <summary>Passes work with bare pointers: nothing may be of another size than they go by.</summary>
    private void Check(WhisperSettings settings)
    {
        var fits = Width == settings.Heads * DecoderState.HeadSize && Vocabulary.Outputs == settings.Rows
            && Positions.Length >= settings.Ctx * Width && FirstNorm.Fits(Width) && Layers.All(layer => layer.Fits(Width))
            && settings.AlignmentHeads.All(h => h is [var layer, var head]
                && layer >= 0 && layer < settings.DecLayers && head >= 0 && head < settings.Heads);
        if (!fits) throw new BadInputException("decoder.onnx and settings.json do not belong together", ModelFile.Remedy);
    }

    // The exporter fuses the bias of a sublayer's output (.skb) into the normalisation that follows it.
    private static DecoderLayer LayerOf(OnnxTensors from, string d) => new()
    {
        Qkv = LinearOf(from, d + "qkv", d + "qkv.b"),
        AttentionOut = LinearOf(from, d + "o", d + "lnx.skb"),
        CrossNorm = NormOf(from, d + "lnx"),
        CrossQuery = LinearOf(from, d + "xq", d + "xq.b"),
        CrossOut = LinearOf(from, d + "xo", d + "ln2.skb"),
        MlpNorm = NormOf(from, d + "ln2"),
        MlpUp = LinearOf(from, d + "fc1", d + "fc1.bb"),
        MlpDown = LinearOf(from, d + "fc2", d + "lnn.skb"),
        NextNorm = NormOf(from, d + "lnn"),
    };

    private static PackedLinear LinearOf(OnnxTensors from, string name, string bias) => new(Matrix(from, name), from.Vector(bias));

    private static LayerNorm NormOf(OnnxTensors from, string name) => new(from.Vector(name + ".g"), from.Vector(name + ".bb"));

    private static PackedMatrix Matrix(OnnxTensors from, string name) => new(from[name + ".q"], from[name + ".s"]);
}
