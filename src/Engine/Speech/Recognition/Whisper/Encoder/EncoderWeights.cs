using SpeechQA.Engine.Inference;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>
/// The weights of a Whisper audio encoder up to its last layer, which need not be Whisper's last: the inflection model has only the first two.
/// Immutable, shared by all threads; owns its matrices.
/// </summary>
/// <param name="Scales">What shares a scale when activations become bytes.</param>
/// <param name="First">Of 3 frames of log-mel, at each: inputs by frame, then band.</param>
/// <param name="Second">Of 3 frames of the first, at every other.</param>
/// <param name="Positions">[positions][width].</param>
internal sealed record EncoderWeights(ScaleOf Scales, Linear<IMatrix> First, Linear<IMatrix> Second, float[] Positions, IReadOnlyList<EncoderLayer> Layers) : IDisposable
{
    /// <summary>Frames that a step of the stem hears.</summary>
    public const int Taps = 3;

    public int Bands => First.Matrix.Inputs / Taps;

    public int Width => First.Matrix.Outputs;

    public int Heads => Width / SelfAttention.HeadSize;

    /// <summary>Floats of the widest row between two layers.</summary>
    public int Widest { get; } = Layers.Select(l => Math.Max(l.Into.Matrix.Outputs, l.Up.Matrix.Outputs)).DefaultIfEmpty().Max();

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

/// <param name="Into">Queries, keys and values.</param>
/// <param name="Out">Of attention.</param>
/// <param name="Apart">Hidden units that are computed in floats, if any.</param>
internal sealed record EncoderLayer(LayerNorm Before, Linear<ByteMatrix> Into, Linear<ByteMatrix> Out,
    LayerNorm Between, Linear<ByteMatrix> Up, Linear<ByteMatrix> Down, UnitsApart? Apart) : IDisposable
{
    public bool Fits(int width) =>
        Before.Fits(width) && Into.Fits(width, 3 * width) && Out.Fits(width, width) && Between.Fits(width) && Up.Fits(width, Up.Matrix.Outputs)
        && Down.Fits(Up.Matrix.Outputs, width) && Apart?.Fits(width) != false;

    public void Dispose()
    {
        foreach (var linear in new[] { Into, Out, Up, Down }) linear.Matrix.Dispose();
    }
}

/// <summary>A linear layer.</summary>
internal sealed record Linear<T>(T Matrix, float[] Bias) where T : IMatrix
{
    public bool Fits(int inputs, int outputs) => Matrix.Inputs == inputs && Matrix.Outputs == outputs && Bias.Length == outputs;
}

/// <summary>Hidden units of a layer whose values are so large that bytes would leave nothing of the others.</summary>
internal sealed record UnitsApart(FloatMatrix Up, float[] Bias, FloatMatrix Down)
{
    public bool Fits(int width) =>
        Up.Inputs == width && Up.Outputs == Bias.Length && Bias.Length % 16 == 0 && Down.Inputs == Up.Outputs && Down.Outputs == width && width % FloatTiles.Panel == 0;
}
