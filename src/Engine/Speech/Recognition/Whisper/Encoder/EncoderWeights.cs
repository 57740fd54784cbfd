using SpeechQA.Engine.Inference.Matrices;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>
/// The weights of a Whisper audio encoder up to its last layer, which need not be Whisper's last: the inflection model has only the first
/// two. Immutable, shared by all threads; owns its matrices.
/// </summary>
/// <param name="Scales">What shares a scale when activations become bytes.</param>
/// <param name="First">Of 3 frames of log-mel, at each: inputs by frame, then band.</param>
/// <param name="Second">Of 3 frames of the first, at every other.</param>
/// <param name="Positions">[positions][width].</param>
internal sealed record EncoderWeights(ScaleOf Scales, Linear<IMatrix> First, Linear<IMatrix> Second, float[] Positions,
    IReadOnlyList<EncoderLayer> Layers) : IDisposable
{
    /// <summary>Frames that a convolution of the stem spans.</summary>
    public const int Taps = 3;

    public int Bands => First.Matrix.Inputs / Taps;

    public int Width => First.Matrix.Outputs;

    public int Heads => Width / SelfAttention.HeadSize;

    /// <summary>Floats of the widest row between two layers.</summary>
    public int Widest { get; } = Layers.Select(l => Math.Max(l.Qkv.Matrix.Outputs, l.MlpUp.Matrix.Outputs)).DefaultIfEmpty().Max();

    /// <summary>Whether nothing is of another size than a pass goes by, which works with bare pointers.</summary>
    public bool Fits(int bands, int width) =>
        width % SelfAttention.HeadSize == 0 && First.Fits(Taps * bands, width) && Second.Fits(Taps * width, width)
        && Positions.Length % width == 0 && Layers.All(l => l.Fits(width));

    public void Dispose()
    {
        (First.Matrix as IDisposable)?.Dispose();
        (Second.Matrix as IDisposable)?.Dispose();
        foreach (var layer in Layers) layer.Dispose();
    }
}
