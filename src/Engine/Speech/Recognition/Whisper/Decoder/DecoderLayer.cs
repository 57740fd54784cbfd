using SpeechQA.Engine.Inference.Matrices;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>
/// The weights of one decoder layer in the order of use: self-attention, cross-attention, the two linear layers of the MLP. The exporter
/// has moved each normalisation behind the sum that it normalises, so a layer ends with the first normalisation of the next one.
/// </summary>
internal sealed record DecoderLayer
{
    /// <summary>Query, key and value of self-attention in one product.</summary>
    public required PackedLinear Qkv { get; init; }

    /// <summary>Output projection of self-attention.</summary>
    public required PackedLinear AttentionOut { get; init; }

    /// <summary>Before cross-attention.</summary>
    public required LayerNorm CrossNorm { get; init; }

    /// <summary>Query of cross-attention; its keys and values come from the encoder.</summary>
    public required PackedLinear CrossQuery { get; init; }

    /// <summary>Output projection of cross-attention.</summary>
    public required PackedLinear CrossOut { get; init; }

    /// <summary>Before the MLP.</summary>
    public required LayerNorm MlpNorm { get; init; }

    /// <summary>First linear layer of the MLP, before the GELU.</summary>
    public required PackedLinear MlpUp { get; init; }

    /// <summary>Second linear layer of the MLP.</summary>
    public required PackedLinear MlpDown { get; init; }

    /// <summary>Before the next layer, or before the vocabulary.</summary>
    public required LayerNorm NextNorm { get; init; }

    /// <summary>Whether nothing is of another size than a pass goes by, which works with bare pointers.</summary>
    public bool Fits(int width) =>
        Qkv.Fits(width, 3 * width) && AttentionOut.Fits(width, width) && CrossQuery.Fits(width, width) && CrossOut.Fits(width, width)
        && MlpUp.Fits(width, MlpUp.Matrix.Outputs) && MlpDown.Fits(MlpUp.Matrix.Outputs, width)
            && MlpUp.Matrix.Outputs % QuantizedColumns.Block == 0
        && CrossNorm.Fits(width) && MlpNorm.Fits(width) && NextNorm.Fits(width);
}
