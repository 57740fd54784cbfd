using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SpeechQA.Engine.Inference.Matrices;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoding;

/// <summary>The few values of a log-softmax over the vocabulary that decoding needs; the row itself is never written out.</summary>
internal static class LogSoftmax
{
    private const int Lanes = 16;

    /// <summary>Values that are summed in single precision: a multiple of the lanes.</summary>
    private const int Block = 2048;

    /// <summary>log(sum(exp(x))), blocks summed in double precision and in a fixed order; minus infinity when all are.</summary>
    public static double LogSumExp(ReadOnlySpan<float> x)
    {
        var max = Largest(x);
        if (float.IsNegativeInfinity(max)) return double.NegativeInfinity;
        var sum = 0.0;
        for (var i = 0; i < x.Length; i += Block) sum += SumExp(x.Slice(i, Math.Min(Block, x.Length - i)), max);
        return max + Math.Log(sum);
    }

    /// <summary>The largest of numbers that are none of them NaN.</summary>
    public static float Largest(ReadOnlySpan<float> x)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(x);
        var largest = float.NegativeInfinity;
        if (vectors.Length > 0)
        {
            // Four at a time: each waits for the one before.
            var (a, b) = (vectors[0], vectors[0]);
            var (c, d) = (a, b);
            var i = 0;
            for (; i + 3 < vectors.Length; i += 4)
            {
                a = Vector512.MaxNative(a, vectors[i]);
                b = Vector512.MaxNative(b, vectors[i + 1]);
                c = Vector512.MaxNative(c, vectors[i + 2]);
                d = Vector512.MaxNative(d, vectors[i + 3]);
            }
            for (; i < vectors.Length; i++) a = Vector512.MaxNative(a, vectors[i]);
            largest = Floats.Largest(Vector512.MaxNative(Vector512.MaxNative(a, b), Vector512.MaxNative(c, d)));
        }
        foreach (var value in x[(vectors.Length * Lanes)..]) largest = Math.Max(largest, value);
        return largest;
    }

    private static double SumExp(ReadOnlySpan<float> x, float max)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(x);
        var offset = Vector512.Create(max);
        var sums = Vector512<float>.Zero;
        foreach (var vector in vectors) sums += Floats.Exp(vector - offset);
        double sum = Vector256.Sum(sums.GetLower() + sums.GetUpper());
        var rest = x[(vectors.Length * Lanes)..];
        if (rest.IsEmpty) return sum;
        Span<float> last = stackalloc float[Lanes];
        last.Clear();
        rest.CopyTo(last);
        Floats.Exp(Vector512.Create<float>(last) - offset).CopyTo(last);
        foreach (var value in last[..rest.Length]) sum += value;
        return sum;
    }
}
