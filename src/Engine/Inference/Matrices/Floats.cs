using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpeechQA.Engine.Inference.Matrices;

/// <summary>What networks do to single vectors. Lengths are multiples of 16; sums have a fixed order.</summary>
internal static unsafe class Floats
{
    // What takes a vector must be inlined: else it goes over the stack, across cache lines, and a step takes up to four times as long.
    private const int Width = 16;
    private const float Epsilon = 1e-5f;

    /// <summary>Adding it rounds a small float to a whole number, which is then in the lowest bits.</summary>
    public const float Rounding = 12582912;

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
                Vector512.FusedMultiplyAdd((Vector512.Load(from + i) - mean) * by, Vector512.Load(g + i), Vector512.Load(b + i))
                    .Store(to + i);
    }

    /// <summary>x := gelu(x + bias), with the error function.</summary>
    public static void Gelu(float* x, ReadOnlySpan<float> bias)
    {
        fixed (float* b = bias)
            for (var i = 0; i < bias.Length; i += Width)
            {
                var value = Vector512.Load(x + i) + Vector512.Load(b + i);
                (value * 0.5f * (Vector512<float>.One + Erf(value * 0.70710678f))).Store(x + i);
            }
    }

    /// <summary>
    /// A rational minimax approximation, within 4e-7 (the coefficients of Eigen, MathFunctionsImpl.h): a division and no exponential.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Erf(Vector512<float> x)
    {
        // Beyond 4 it is 1 in single precision.
        x = Vector512.MinNative(Vector512.MaxNative(x, Vector512.Create(-4f)), Vector512.Create(4f));
        var square = x * x;
        var p = Vector512.FusedMultiplyAdd(square, Vector512.Create(-2.72614225801306e-10f), Vector512.Create(2.77068142495902e-08f));
        p = Vector512.FusedMultiplyAdd(square, p, Vector512.Create(-2.10102402082508e-06f));
        p = Vector512.FusedMultiplyAdd(square, p, Vector512.Create(-5.69250639462346e-05f));
        p = Vector512.FusedMultiplyAdd(square, p, Vector512.Create(-7.34990630326855e-04f));
        p = Vector512.FusedMultiplyAdd(square, p, Vector512.Create(-2.95459980854025e-03f));
        p = Vector512.FusedMultiplyAdd(square, p, Vector512.Create(-1.60960333262415e-02f));
        var q = Vector512.FusedMultiplyAdd(square, Vector512.Create(-1.45660718464996e-05f), Vector512.Create(-2.13374055278905e-04f));
        q = Vector512.FusedMultiplyAdd(square, q, Vector512.Create(-1.68282697438203e-03f));
        q = Vector512.FusedMultiplyAdd(square, q, Vector512.Create(-7.37332916720468e-03f));
        q = Vector512.FusedMultiplyAdd(square, q, Vector512.Create(-1.42647390514189e-02f));
        return x * p / q;
    }

    /// <summary>e to the power of numbers not above 0, within 2e-7 of it; 1e-26 below -60.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // Far from what has too few bits, with which processors take their time.
        x = Vector512.MaxNative(x, Vector512.Create(-60f));
        // Rounded to a whole power of two, whose bits end up in the lowest of this.
        var rounded = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.44269504f), Vector512.Create(Rounding));
        var power = rounded - Vector512.Create(Rounding);
        var rest = Vector512.FusedMultiplyAdd(power, Vector512.Create(-0.693359375f), x);
        rest = Vector512.FusedMultiplyAdd(power, Vector512.Create(2.12194440e-4f), rest);
        var p = Vector512.FusedMultiplyAdd(rest, Vector512.Create(1.9875691500e-4f), Vector512.Create(1.3981999507e-3f));
        p = Vector512.FusedMultiplyAdd(rest, p, Vector512.Create(8.3334519073e-3f));
        p = Vector512.FusedMultiplyAdd(rest, p, Vector512.Create(4.1665795894e-2f));
        p = Vector512.FusedMultiplyAdd(rest, p, Vector512.Create(1.6666665459e-1f));
        p = Vector512.FusedMultiplyAdd(rest, p, Vector512.Create(5.0000001201e-1f));
        p = Vector512.FusedMultiplyAdd(rest * rest, p, rest + Vector512<float>.One);
        return (p.AsInt32() + (rounded.AsInt32() << 23)).AsSingle();
    }

    /// <summary>
    /// Softmax over the first <paramref name="count"/> of <paramref name="room"/> values, of which the others become less than 1e-26.
    /// </summary>
    public static void Softmax(float* x, int count, int room) => Scale(x, 1 / Exponentials(x, count, room), room);

    /// <summary>Softmax, but for the division by the sum that is returned. The room is a multiple of 32.</summary>
    public static float Exponentials(float* x, int count, int room)
    {
        var (never, end) = (Vector512.Create(float.NegativeInfinity), Vector512.Create(count));
        for (var i = count / Width * Width; i < room; i += Width)
            Vector512.ConditionalSelect(Vector512.LessThan(Vector512.CreateSequence(i, 1), end).AsSingle(), Vector512.Load(x + i), never)
                .Store(x + i);
        var (most, most2) = (never, never);
        for (var i = 0; i < room; i += 2 * Width)
        {
            most = Vector512.MaxNative(most, Vector512.Load(x + i));
            most2 = Vector512.MaxNative(most2, Vector512.Load(x + i + Width));
        }
        var from = Vector512.Create(Largest(Vector512.MaxNative(most, most2)));
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < room; i += Width)
        {
            var e = Exp(Vector512.Load(x + i) - from);
            e.Store(x + i);
            sum += e;
        }
        return Vector512.Sum(sum);
    }

    public static void Scale(float* x, float by, int count)
    {
        for (var i = 0; i < count; i += Width) (Vector512.Load(x + i) * by).Store(x + i);
    }

    /// <summary>The largest of numbers; what NaN gives depends on the processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector512<float> values)
    {
        var half = Vector256.Max(values.GetLower(), values.GetUpper());
        var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
    }
}
