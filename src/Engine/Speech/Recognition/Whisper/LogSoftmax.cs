using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>The few values of a log-softmax over the vocabulary that decoding needs; the row itself is never written out.</summary>
internal static class LogSoftmax
{
    private const int Block = 2048;

    /// <summary>log(sum(exp(x))), blocks summed in double precision; minus infinity when all are.</summary>
    public static double LogSumExp(ReadOnlySpan<float> x)
    {
        var max = TensorPrimitives.Max(x);
        if (float.IsNegativeInfinity(max)) return double.NegativeInfinity;
        Span<float> block = stackalloc float[Block];
        var sum = 0.0;
        for (var i = 0; i < x.Length; i += Block)
        {
            var part = x.Slice(i, Math.Min(Block, x.Length - i));
            var into = block[..part.Length];
            TensorPrimitives.Subtract(part, max, into);
            TensorPrimitives.Exp(into, into);
            sum += Sum(into);
        }
        return max + Math.Log(sum);
    }

    /// <summary>In a fixed order: library sums may follow the memory's alignment, and results must not.</summary>
    private static double Sum(ReadOnlySpan<float> values)
    {
        var vectors = MemoryMarshal.Cast<float, Vector256<float>>(values);
        var (a, b) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (var i = 0; i + 1 < vectors.Length; i += 2)
        {
            a += vectors[i];
            b += vectors[i + 1];
        }
        double sum = Vector256.Sum(a + b);
        for (var i = vectors.Length / 2 * 2 * Vector256<float>.Count; i < values.Length; i++) sum += values[i];
        return sum;
    }
}
