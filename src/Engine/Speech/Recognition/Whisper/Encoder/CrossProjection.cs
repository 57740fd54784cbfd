using SpeechQA.Engine.Inference;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>What a pass has made of speech to the decoder's keys and values: the last normalisation and a product for each of its layers.</summary>
internal sealed unsafe class CrossProjection(AudioWeights weights, EncoderPass pass) : IDisposable
{
    private readonly ByteProduct[] _products = [.. weights.Cross.Select(pass.ProductOf)];
    private readonly NativeFloats _sums = new();

    public void Run(ICrossKeys to)
    {
        var width = weights.Encoder.Width;
        to.Begin(pass.Time);
        _sums.Grow(pass.Time * 2 * width);
        pass.Rows.Begin(pass.Time, width);
        for (var t = 0; t < pass.Time; t++)
        {
            var x = pass.X + (nint)t * width;
            weights.Last.Apply(x, x);
            pass.Rows.Add(t, x);
        }
        pass.Rows.End(pass.X, width);
        for (var layer = 0; layer < _products.Length; layer++)
        {
            _products[layer].Multiply(_sums.Start);
            // A block is taken over while it is in the near caches.
            for (var from = 0; from < pass.Time; from += ICrossKeys.Block)
            {
                var end = Math.Min(from + ICrossKeys.Block, pass.Time);
                for (var t = from; t < end; t++) Floats.Add(_products[layer].Scale(_sums.Start, t), weights.Cross[layer].Bias);
                to.Take(layer, from, end - from, _sums.Start + (nint)from * 2 * width);
            }
        }
    }

    public void Dispose()
    {
        foreach (var product in _products) product.Dispose();
        _sums.Dispose();
    }
}
