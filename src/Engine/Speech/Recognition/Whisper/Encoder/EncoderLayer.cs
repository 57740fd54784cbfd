using SpeechQA.Engine.Inference.Matrices;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>The weights of one encoder layer in the order of use; owns its matrices.</summary>
internal sealed record EncoderLayer : IDisposable
{
    /// <summary>Before self-attention.</summary>
    public required LayerNorm AttentionNorm { get; init; }

    /// <summary>Query, key and value of self-attention in one product.</summary>
    public required Linear<ByteMatrix> Qkv { get; init; }

    /// <summary>Output projection of self-attention.</summary>
    public required Linear<ByteMatrix> AttentionOut { get; init; }

    /// <summary>Before the MLP.</summary>
    public required LayerNorm MlpNorm { get; init; }

    /// <summary>First linear layer of the MLP, before the GELU.</summary>
    public required Linear<ByteMatrix> MlpUp { get; init; }

    /// <summary>Second linear layer of the MLP.</summary>
    public required Linear<ByteMatrix> MlpDown { get; init; }

    /// <summary>Hidden units that are computed in floats, if any.</summary>
    public OutlierUnits? Outliers { get; init; }

    /// <summary>Whether nothing is of another size than a pass goes by.</summary>
    public bool Fits(int width) =>
        AttentionNorm.Fits(width) && Qkv.Fits(width, 3 * width) && AttentionOut.Fits(width, width) && MlpNorm.Fits(width)
        && MlpUp.Fits(width, MlpUp.Matrix.Outputs) && MlpDown.Fits(MlpUp.Matrix.Outputs, width) && Outliers?.Fits(width) != false;

    public void Dispose()
    {
        foreach (var linear in new[] { Qkv, AttentionOut, MlpUp, MlpDown }) linear.Matrix.Dispose();
    }
}
