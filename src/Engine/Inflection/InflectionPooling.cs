using System.Numerics.Tensors;
using SpeechQA.Engine.Inference.Matrices;

namespace SpeechQA.Engine.Inflection;

/// <summary>
/// Frames of the encoder to logits: the mean and the deviation over time, each channel weighed by an attention of its own. One owner; the
/// memory is reused.
/// </summary>
internal sealed unsafe class InflectionPooling(PoolingWeights weights) : IDisposable
{
    /// <summary>Beside the variance, so that its root is finite in training.</summary>
    private const float Epsilon = 1e-5f;

    private readonly NativeFloats _pairs = new(), _projected = new(), _scores = new(), _weights = new();
    private readonly float[] _most = new float[weights.Project.Matrix.Outputs], _sum = new float[weights.Project.Matrix.Outputs];
    private readonly float[] _pooled = new float[2 * weights.Project.Matrix.Outputs], _embedding = new float[weights.EmbedBias.Length];

    private int Channels => weights.Project.Matrix.Outputs;

    /// <param name="frames">[time][width].</param>
    /// <param name="time">Even.</param>
    /// <param name="logits">One of each target.</param>
    public void Run(float* frames, int time, Span<float> logits)
    {
        var pairs = time / 2;
        Standardise(frames, pairs);
        Apply(weights.Project.Matrix, weights.Project.Bias, _pairs, weights.Mean.Length, pairs, _projected);
        Apply(weights.Score.Matrix, weights.Score.Bias, _projected, Channels, pairs, _scores);
        var scores = _scores.Span[..(pairs * weights.Score.Matrix.Stride)];
        TensorPrimitives.Tanh(scores, scores);
        Apply(weights.Weigh.Matrix, weights.Weigh.Bias, _scores, weights.Score.Matrix.Stride, pairs, _weights);
        Pool(pairs);
        for (var i = 0; i < _embedding.Length; i++)
            _embedding[i] = weights.EmbedBias[i] + TensorPrimitives.Dot<float>(weights.Embed.AsSpan(i * _pooled.Length, _pooled.Length),
                _pooled);
        for (var i = 0; i < logits.Length; i++)
            logits[i] = weights.LogitsBias[i] + TensorPrimitives.Dot<float>(weights.Logits.AsSpan(i * _embedding.Length, _embedding.Length),
                _embedding);
    }

    /// <summary>The means of two frames each, less the mean, by the deviation.</summary>
    private void Standardise(float* frames, int pairs)
    {
        var width = weights.Mean.Length;
        _pairs.Grow(pairs * width);
        for (var t = 0; t < pairs; t++)
        {
            var pair = _pairs.Span.Slice(t * width, width);
            TensorPrimitives.Add(new ReadOnlySpan<float>(frames + (nint)2 * t * width, width),
                new ReadOnlySpan<float>(frames + (nint)(2 * t + 1) * width, width), pair);
            TensorPrimitives.Multiply(pair, 0.5f, pair);
            TensorPrimitives.Subtract(pair, weights.Mean, pair);
            TensorPrimitives.Divide(pair, weights.Deviation, pair);
        }
    }

    private static void Apply(FloatMatrix matrix, float[] bias, NativeFloats from, int stride, int rows, NativeFloats to)
    {
        to.Grow(rows * matrix.Stride);
        matrix.Multiply(from.Start, stride, rows, to.Start);
        for (var row = 0; row < rows; row++) Floats.Add(to.Start + (nint)row * matrix.Stride, bias);
    }

    /// <summary>Softmax of the weights over time, by channel; then mean and deviation.</summary>
    private void Pool(int pairs)
    {
        var mean = _pooled.AsSpan(0, Channels);
        var deviation = _pooled.AsSpan(Channels);
        Array.Fill(_most, float.NegativeInfinity);
        for (var t = 0; t < pairs; t++) TensorPrimitives.Max(_most, Row(_weights, t), _most);
        Array.Clear(_sum);
        Array.Clear(_pooled);
        for (var t = 0; t < pairs; t++)
        {
            var weight = Row(_weights, t);
            var value = Row(_projected, t);
            TensorPrimitives.Subtract(weight, _most, weight);
            TensorPrimitives.Exp(weight, weight);
            TensorPrimitives.Add(_sum, weight, _sum);
            TensorPrimitives.Multiply(weight, value, weight);
            TensorPrimitives.Add(mean, weight, mean);
            TensorPrimitives.MultiplyAdd(weight, value, deviation, deviation);
        }
        for (var i = 0; i < Channels; i++)
        {
            mean[i] /= _sum[i];
            deviation[i] = MathF.Sqrt(MathF.Max(deviation[i] / _sum[i] - mean[i] * mean[i], 0) + Epsilon);
        }
    }

    private Span<float> Row(NativeFloats buffer, int row) => buffer.Span.Slice(row * Channels, Channels);

    public void Dispose()
    {
        foreach (var buffer in new[] { _pairs, _projected, _scores, _weights }) buffer.Dispose();
    }
}
