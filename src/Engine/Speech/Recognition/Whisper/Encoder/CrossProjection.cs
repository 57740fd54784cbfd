using SpeechQA.Engine.Inference.Matrices;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>
/// What a pass has made of speech to the decoder's keys and values: the last normalisation and a product for each of its layers.
/// </summary>
internal sealed unsafe class CrossProjection(AudioWeights weights, EncoderPass pass) : IDisposable
{
    private readonly ByteProduct[] _products = [.. weights.Cross.Select(pass.ProductOf)];
    private readonly NativeFloats _sums = new();

    public void Run(ICrossKeys to)
    {
        var width = weights.Encoder.Width;
        to.Begin(pass.Frames);
        _sums.Grow(pass.Frames * 2 * width);
        pass.Rows.Begin(pass.Frames, width);
        for (var t = 0; t < pass.Frames; t++)
        {
            var x = pass.Output + (nint)t * width;
            weights.FinalNorm.Apply(x, x);
            pass.Rows.Add(t, x);
        }
        pass.Rows.End(pass.Output, width);
        for (var layer = 0; layer < _products.Length; layer++)
        {
            _products[layer].Multiply(_sums.Start);
            // A block is taken over while it is in the near caches.
            for (var from = 0; from < pass.Frames; from += ICrossKeys.Block)
            {
                var end = Math.Min(from + ICrossKeys.Block, pass.Frames);
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
