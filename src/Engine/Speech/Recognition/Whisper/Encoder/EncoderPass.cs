using SpeechQA.Engine.Inference.Matrices;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>
/// Log-mel through the stem and the layers of <see cref="EncoderWeights"/>. Products of bytes are ONNX Runtime's
/// (<see cref="ByteMatrix"/>), everything else is computed here, row by row while a row is in the nearest cache. One pass object belongs to
/// one thread; its memory is reused.
/// </summary>
internal sealed unsafe class EncoderPass : IDisposable
{
    private readonly EncoderWeights _weights;
    private readonly QuantizedRows _rows;
    private readonly SelfAttention _attention;
    private readonly IProduct _first, _second;
    private readonly Products[] _layers;
    private readonly NativeFloats _x = new(), _normal = new(), _wide = new(), _out = new();

    /// <summary>Those of a layer, in the order of use.</summary>
    private readonly record struct Products(ByteProduct Qkv, ByteProduct AttentionOut, ByteProduct MlpUp, ByteProduct MlpDown);

    public EncoderPass(EncoderWeights weights)
    {
        _weights = weights;
        _rows = new QuantizedRows(weights.Scales);
        _attention = new SelfAttention(weights.Heads);
        (_first, _second) = (weights.First.Matrix.Product(_rows), weights.Second.Matrix.Product(_rows));
        _layers = [.. weights.Layers.Select(l =>
            new Products(ProductOf(l.Qkv), ProductOf(l.AttentionOut), ProductOf(l.MlpUp), ProductOf(l.MlpDown)))];
    }

    /// <summary>Frames of the last pass, 20 ms each: two of the log-mel.</summary>
    public int Frames { get; private set; }

    /// <summary>The result, [frames][width]; may be overwritten.</summary>
    public float* Output => _x.Start;

    private int Width => _weights.Width;

    /// <summary>For what multiplies the result: a product that shares this pass's memory for bytes.</summary>
    public ByteProduct ProductOf(Linear<ByteMatrix> linear) => new(linear.Matrix, _rows);

    /// <inheritdoc cref="QuantizedRows"/>
    public QuantizedRows Rows => _rows;

    /// <param name="mel">[bands][mel frames].</param>
    /// <param name="melFrames">Even, and no more than there are positions for.</param>
    /// <param name="between">Called after each layer: other work of the same thread.</param>
    public void Run(ReadOnlySpan<float> mel, int melFrames, Action? between = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(mel.Length, melFrames * _weights.Bands);
        ArgumentOutOfRangeException.ThrowIfNotEqual(melFrames % 2, 0);
        Frames = melFrames / 2;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Frames * Width, _weights.Positions.Length);
        Reserve();
        Stem(mel, melFrames);
        for (var i = 0; i < _layers.Length; i++)
        {
            Layer(_weights.Layers[i], _layers[i]);
            between?.Invoke();
        }
    }

    private void Reserve()
    {
        _x.Grow(Frames * Width);
        _normal.Grow(Frames * Width);
        // The stem's input and its middle take these as well, with a frame of zeros before and behind.
        _out.Grow(Math.Max(Frames * Width, 2 * (Frames + 1) * _weights.Bands));
        _wide.Grow(Math.Max(Frames * _weights.Widest, 2 * (Frames + 1) * Width));
    }

    private void Stem(ReadOnlySpan<float> mel, int melFrames)
    {
        var bands = _weights.Bands;
        float* input = _out.Start, middle = _wide.Start;
        new Span<float>(input, bands).Clear();
        new Span<float>(input + (melFrames + 1) * bands, bands).Clear();
        for (var band = 0; band < bands; band++)
            for (var frame = 0; frame < melFrames; frame++) input[(frame + 1) * bands + band] = mel[band * melFrames + frame];
        // Three frames that follow each other are a row of the product as they lie.
        _first.Multiply(input, bands, melFrames, middle + Width);
        new Span<float>(middle, Width).Clear();
        for (var frame = 1; frame <= melFrames; frame++) Floats.Gelu(middle + (nint)frame * Width, _weights.First.Bias);
        _second.Multiply(middle, 2 * Width, Frames, _x.Start);
        for (var t = 0; t < Frames; t++)
        {
            var x = At(_x, t);
            Floats.Gelu(x, _weights.Second.Bias);
            Floats.Add(x, _weights.Positions.AsSpan(t * Width, Width));
        }
    }

    private void Layer(EncoderLayer layer, Products products)
    {
        // 1. Self-attention, 2. its output projection and residual sum, 3. the MLP and its residual sum (pre-norm transformer).
        _attention.Begin(Frames);
        _rows.Begin(Frames, Width);
        for (var t = 0; t < Frames; t++) Normalise(t, layer.AttentionNorm);
        _rows.End(_normal.Start, Width);
        products.Qkv.Multiply(_wide.Start);
        for (var t = 0; t < Frames; t++)
        {
            var row = products.Qkv.Scale(_wide.Start, t);
            Floats.Add(row, layer.Qkv.Bias);
            _attention.Add(t, row);
        }
        _attention.Attend(_wide.Start, _normal.Start);

        _rows.Begin(Frames, Width);
        for (var t = 0; t < Frames; t++) _rows.Add(t, At(_normal, t));
        _rows.End(_normal.Start, Width);
        products.AttentionOut.Multiply(_out.Start);

        _rows.Begin(Frames, Width);
        for (var t = 0; t < Frames; t++)
        {
            Floats.Add(At(_x, t), products.AttentionOut.Scale(_out.Start, t), layer.AttentionOut.Bias);
            Normalise(t, layer.MlpNorm);
        }
        _rows.End(_normal.Start, Width);
        products.MlpUp.Multiply(_wide.Start);
        if (layer.Outliers is { } outliers) Add(outliers);

        var inner = layer.MlpUp.Matrix.Outputs;
        _rows.Begin(Frames, inner);
        for (var t = 0; t < Frames; t++)
        {
            var row = products.MlpUp.Scale(_wide.Start, t);
            Floats.Gelu(row, layer.MlpUp.Bias);
            _rows.Add(t, row);
        }
        _rows.End(_wide.Start, inner);
        products.MlpDown.Multiply(_out.Start);
        for (var t = 0; t < Frames; t++) Floats.Add(At(_x, t), products.MlpDown.Scale(_out.Start, t), layer.MlpDown.Bias);
    }

    /// <summary>Normalises a frame and looks at it as the next product's input.</summary>
    private void Normalise(int frame, LayerNorm norm)
    {
        norm.Apply(At(_x, frame), At(_normal, frame));
        _rows.Add(frame, At(_normal, frame));
    }

    private void Add(OutlierUnits outliers)
    {
        outliers.Up.Multiply(_normal.Start, Width, Frames, _out.Start);
        for (var t = 0; t < Frames; t++) Floats.Gelu(_out.Start + (nint)t * outliers.Up.Stride, outliers.Bias);
        outliers.Down.Multiply(_out.Start, outliers.Up.Stride, Frames, _x.Start, add: true);
    }

    private float* At(NativeFloats buffer, int frame) => buffer.Start + (nint)frame * Width;

    public void Dispose()
    {
        (_first as IDisposable)?.Dispose();
        (_second as IDisposable)?.Dispose();
        foreach (var layer in _layers)
            foreach (var product in new[] { layer.Qkv, layer.AttentionOut, layer.MlpUp, layer.MlpDown }) product.Dispose();
        _rows.Dispose();
        _attention.Dispose();
        foreach (var buffer in new[] { _x, _normal, _wide, _out }) buffer.Dispose();
    }
}
