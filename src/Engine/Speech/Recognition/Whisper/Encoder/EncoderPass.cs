using SpeechQA.Engine.Inference;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>
/// Log-mel through the stem and the layers of <see cref="EncoderWeights"/>. Products of bytes are ONNX Runtime's (<see cref="ByteMatrix"/>), everything
/// else is computed here, row by row while a row is in the nearest cache. One pass object belongs to one thread; its memory is reused.
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
    private readonly record struct Products(ByteProduct Into, ByteProduct Out, ByteProduct Up, ByteProduct Down);

    public EncoderPass(EncoderWeights weights)
    {
        _weights = weights;
        _rows = new QuantizedRows(weights.Scales);
        _attention = new SelfAttention(weights.Heads);
        (_first, _second) = (weights.First.Matrix.Product(_rows), weights.Second.Matrix.Product(_rows));
        _layers = [.. weights.Layers.Select(l => new Products(ProductOf(l.Into), ProductOf(l.Out), ProductOf(l.Up), ProductOf(l.Down)))];
    }

    /// <summary>Steps of the last pass: two frames each.</summary>
    public int Time { get; private set; }

    /// <summary>The result, [time][width]; may be overwritten.</summary>
    public float* X => _x.Start;

    private int Width => _weights.Width;

    /// <summary>For what multiplies the result: a product that shares this pass's memory for bytes.</summary>
    public ByteProduct ProductOf(Linear<ByteMatrix> linear) => new(linear.Matrix, _rows);

    /// <inheritdoc cref="QuantizedRows"/>
    public QuantizedRows Rows => _rows;

    /// <param name="mel">[bands][frames].</param>
    /// <param name="frames">Even, and no more than there are positions for.</param>
    /// <param name="between">Called after each layer: other work of the same thread.</param>
    public void Run(ReadOnlySpan<float> mel, int frames, Action? between = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(mel.Length, frames * _weights.Bands);
        ArgumentOutOfRangeException.ThrowIfNotEqual(frames % 2, 0);
        Time = frames / 2;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Time * Width, _weights.Positions.Length);
        Reserve();
        Stem(mel, frames);
        for (var i = 0; i < _layers.Length; i++)
        {
            Layer(_weights.Layers[i], _layers[i]);
            between?.Invoke();
        }
    }

    private void Reserve()
    {
        _x.Grow(Time * Width);
        _normal.Grow(Time * Width);
        // The stem's input and its middle take these as well, with a frame of zeros before and behind.
        _out.Grow(Math.Max(Time * Width, 2 * (Time + 1) * _weights.Bands));
        _wide.Grow(Math.Max(Time * _weights.Widest, 2 * (Time + 1) * Width));
    }

    private void Stem(ReadOnlySpan<float> mel, int frames)
    {
        var bands = _weights.Bands;
        float* input = _out.Start, middle = _wide.Start;
        new Span<float>(input, bands).Clear();
        new Span<float>(input + (frames + 1) * bands, bands).Clear();
        for (var band = 0; band < bands; band++)
            for (var frame = 0; frame < frames; frame++) input[(frame + 1) * bands + band] = mel[band * frames + frame];
        // Three frames that follow each other are a row of the product as they lie.
        _first.Multiply(input, bands, frames, middle + Width);
        new Span<float>(middle, Width).Clear();
        for (var frame = 1; frame <= frames; frame++) Floats.Gelu(middle + (nint)frame * Width, _weights.First.Bias);
        _second.Multiply(middle, 2 * Width, Time, _x.Start);
        for (var t = 0; t < Time; t++)
        {
            var x = At(_x, t);
            Floats.Gelu(x, _weights.Second.Bias);
            Floats.Add(x, _weights.Positions.AsSpan(t * Width, Width));
        }
    }

    private void Layer(EncoderLayer layer, Products products)
    {
        _attention.Begin(Time);
        _rows.Begin(Time, Width);
        for (var t = 0; t < Time; t++) Normalise(t, layer.Before);
        _rows.End(_normal.Start, Width);
        products.Into.Multiply(_wide.Start);
        for (var t = 0; t < Time; t++)
        {
            var row = products.Into.Scale(_wide.Start, t);
            Floats.Add(row, layer.Into.Bias);
            _attention.Add(t, row);
        }
        _attention.Mix(_wide.Start, _normal.Start);

        _rows.Begin(Time, Width);
        for (var t = 0; t < Time; t++) _rows.Add(t, At(_normal, t));
        _rows.End(_normal.Start, Width);
        products.Out.Multiply(_out.Start);

        _rows.Begin(Time, Width);
        for (var t = 0; t < Time; t++)
        {
            Floats.Add(At(_x, t), products.Out.Scale(_out.Start, t), layer.Out.Bias);
            Normalise(t, layer.Between);
        }
        _rows.End(_normal.Start, Width);
        products.Up.Multiply(_wide.Start);
        if (layer.Apart is { } apart) Add(apart);

        var inner = layer.Up.Matrix.Outputs;
        _rows.Begin(Time, inner);
        for (var t = 0; t < Time; t++)
        {
            var row = products.Up.Scale(_wide.Start, t);
            Floats.Gelu(row, layer.Up.Bias);
            _rows.Add(t, row);
        }
        _rows.End(_wide.Start, inner);
        products.Down.Multiply(_out.Start);
        for (var t = 0; t < Time; t++) Floats.Add(At(_x, t), products.Down.Scale(_out.Start, t), layer.Down.Bias);
    }

    /// <summary>Normalises a step and looks at it as the next product's input.</summary>
    private void Normalise(int step, LayerNorm norm)
    {
        norm.Apply(At(_x, step), At(_normal, step));
        _rows.Add(step, At(_normal, step));
    }

    private void Add(UnitsApart apart)
    {
        apart.Up.Multiply(_normal.Start, Width, Time, _out.Start);
        for (var t = 0; t < Time; t++) Floats.Gelu(_out.Start + (nint)t * apart.Up.Stride, apart.Bias);
        apart.Down.Multiply(_out.Start, apart.Up.Stride, Time, _x.Start, add: true);
    }

    private float* At(NativeFloats buffer, int step) => buffer.Start + (nint)step * Width;

    public void Dispose()
    {
        (_first as IDisposable)?.Dispose();
        (_second as IDisposable)?.Dispose();
        foreach (var layer in _layers)
            foreach (var product in new[] { layer.Into, layer.Out, layer.Up, layer.Down }) product.Dispose();
        _rows.Dispose();
        _attention.Dispose();
        foreach (var buffer in new[] { _x, _normal, _wide, _out }) buffer.Dispose();
    }
}
