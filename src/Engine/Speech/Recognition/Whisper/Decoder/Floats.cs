using System.Runtime.Intrinsics;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>What the decoder does to single vectors. Lengths are multiples of 16; sums have a fixed order.</summary>
internal static unsafe class Floats
{
    private const int Width = 16;
    private const float Epsilon = 1e-5f;

    /// <summary>Adds <paramref name="values"/>.</summary>
    public static void Add(float* to, ReadOnlySpan<float> values)
    {
        fixed (float* from = values)
            for (var i = 0; i < values.Length; i += Width) (Vector512.Load(to + i) + Vector512.Load(from + i)).Store(to + i);
    }

    /// <summary>Adds <paramref name="values"/> and <paramref name="bias"/>.</summary>
    public static void Add(float* to, float* values, ReadOnlySpan<float> bias)
    {
        fixed (float* from = bias)
            for (var i = 0; i < bias.Length; i += Width)
                (Vector512.Load(to + i) + Vector512.Load(values + i) + Vector512.Load(from + i)).Store(to + i);
    }

    /// <summary>Layer normalisation.</summary>
    public static void Normalise(float* from, float* to, ReadOnlySpan<float> gain, ReadOnlySpan<float> bias)
    {
        var length = gain.Length;
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < length; i += Width) sum += Vector512.Load(from + i);
        var mean = Vector512.Create(Vector512.Sum(sum) / length);
        var squares = Vector512<float>.Zero;
        for (var i = 0; i < length; i += Width)
        {
            var difference = Vector512.Load(from + i) - mean;
            squares = Vector512.FusedMultiplyAdd(difference, difference, squares);
        }
        var by = Vector512.Create(1 / MathF.Sqrt(Vector512.Sum(squares) / length + Epsilon));
        fixed (float* g = gain)
        fixed (float* b = bias)
            for (var i = 0; i < length; i += Width)
                Vector512.FusedMultiplyAdd((Vector512.Load(from + i) - mean) * by, Vector512.Load(g + i), Vector512.Load(b + i)).Store(to + i);
    }

    /// <summary>x := gelu(x + bias), with the error function of Abramowitz and Stegun 7.1.26 (1.5e-7).</summary>
    public static void Gelu(float* x, ReadOnlySpan<float> bias)
    {
        fixed (float* b = bias)
            for (var i = 0; i < bias.Length; i += Width)
            {
                var value = Vector512.Load(x + i) + Vector512.Load(b + i);
                (value * 0.5f * (Vector512<float>.One + Erf(value * 0.70710678f))).Store(x + i);
            }
    }

    private static Vector512<float> Erf(Vector512<float> x)
    {
        var size = Vector512.Abs(x);
        var t = Vector512<float>.One / Vector512.FusedMultiplyAdd(size, Vector512.Create(0.3275911f), Vector512<float>.One);
        var p = Vector512.FusedMultiplyAdd(t, Vector512.Create(1.061405429f), Vector512.Create(-1.453152027f));
        p = Vector512.FusedMultiplyAdd(t, p, Vector512.Create(1.421413741f));
        p = Vector512.FusedMultiplyAdd(t, p, Vector512.Create(-0.284496736f));
        p = Vector512.FusedMultiplyAdd(t, p, Vector512.Create(0.254829592f));
        var result = Vector512<float>.One - t * p * Vector512.Exp(-(size * size));
        return Vector512.CopySign(result, x);
    }

    /// <summary>Softmax over the first <paramref name="count"/> of <paramref name="room"/> values, of which the others become 0.</summary>
    public static void Softmax(float* x, int count, int room)
    {
        for (var i = count; i < room; i++) x[i] = float.NegativeInfinity;
        var most = Vector512.Create(float.NegativeInfinity);
        for (var i = 0; i < room; i += Width) most = Vector512.Max(most, Vector512.Load(x + i));
        var from = Vector512.Create(Largest(most));
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < room; i += Width)
        {
            var e = Vector512.Exp(Vector512.Load(x + i) - from);
            e.Store(x + i);
            sum += e;
        }
        var by = Vector512.Create(1 / Vector512.Sum(sum));
        for (var i = 0; i < room; i += Width) (Vector512.Load(x + i) * by).Store(x + i);
    }

    public static float Largest(Vector512<float> values)
    {
        var half = Vector256.Max(values.GetLower(), values.GetUpper());
        var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
    }
}
