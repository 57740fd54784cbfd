using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SpeechQA.Engine.Inference.Matrices;

/// <summary>
/// Products of float matrices in tiles that stay in registers. The right side lies in panels of 32 columns, [depth][32] each. Every
/// sum runs over the depth in ascending order in a vector lane of its own, so it depends neither on the other rows nor on the width of
/// vectors.
/// </summary>
internal static unsafe class FloatTiles
{
    /// <summary>Columns of a panel.</summary>
    public const int Panel = 32;

    private const int Rows = 8, Half = Panel / 2;

    /// <summary>Columns in whole panels.</summary>
    public static int Padded(int columns) => (columns + Panel - 1) / Panel * Panel;

    /// <param name="a">[rows][depth], rows <paramref name="aStride"/> apart.</param>
    /// <param name="panels">One after another.</param>
    /// <param name="c">[rows][32 * count], rows <paramref name="cStride"/> apart.</param>
    /// <param name="add">Adds to <paramref name="c"/> instead of replacing it.</param>
    public static void Multiply(float* a, int aStride, int rows, int depth, float* panels, int count, float* c, int cStride,
        bool add = false)
    {
        for (var p = 0; p < count; p++)
        {
            var panel = panels + (nint)p * depth * Panel;
            for (var r = 0; r < rows; r += Rows)
            {
                // Rows that are not there: the last one again.
                var last = Math.Min(Rows, rows - r) - 1;
                var from = a + (nint)r * aStride;
                var to = c + (nint)r * cStride + p * Panel;
                if (Vector512.IsHardwareAccelerated)
                {
                    Eight(from, aStride, last, depth, panel, to, cStride, add);
                    continue;
                }
                for (var half = 0; half < Panel; half += Half)
                {
                    Four(from, aStride, Math.Min(last, 3), depth, panel + half, to + half, cStride, add);
                    if (last > 3)
                        Four(from + 4 * (nint)aStride, aStride, last - 4, depth, panel + half, to + half + 4 * (nint)cStride, cStride, add);
                }
            }
        }
    }

    /// <summary>Eight rows and a panel.</summary>
    private static void Eight(float* a, int aStride, int last, int depth, float* b, float* c, int cStride, bool add)
    {
        float* a1 = Row(a, aStride, 1, last), a2 = Row(a, aStride, 2, last), a3 = Row(a, aStride, 3, last), a4 = Row(a, aStride, 4, last);
        float* a5 = Row(a, aStride, 5, last), a6 = Row(a, aStride, 6, last), a7 = Row(a, aStride, 7, last);
        var (x0, x1, x2, x3, x4, x5, x6, x7) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero,
            Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (y0, y1, y2, y3, y4, y5, y6, y7) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero,
            Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (nint k = 0; k < depth; k++)
        {
            var (low, high) = (Vector512.Load(b), Vector512.Load(b + Half));
            b += Panel;
            var v = Vector512.Create(a[k]);
            x0 = Vector512.FusedMultiplyAdd(v, low, x0);
            y0 = Vector512.FusedMultiplyAdd(v, high, y0);
            v = Vector512.Create(a1[k]);
            x1 = Vector512.FusedMultiplyAdd(v, low, x1);
            y1 = Vector512.FusedMultiplyAdd(v, high, y1);
            v = Vector512.Create(a2[k]);
            x2 = Vector512.FusedMultiplyAdd(v, low, x2);
            y2 = Vector512.FusedMultiplyAdd(v, high, y2);
            v = Vector512.Create(a3[k]);
            x3 = Vector512.FusedMultiplyAdd(v, low, x3);
            y3 = Vector512.FusedMultiplyAdd(v, high, y3);
            v = Vector512.Create(a4[k]);
            x4 = Vector512.FusedMultiplyAdd(v, low, x4);
            y4 = Vector512.FusedMultiplyAdd(v, high, y4);
            v = Vector512.Create(a5[k]);
            x5 = Vector512.FusedMultiplyAdd(v, low, x5);
            y5 = Vector512.FusedMultiplyAdd(v, high, y5);
            v = Vector512.Create(a6[k]);
            x6 = Vector512.FusedMultiplyAdd(v, low, x6);
            y6 = Vector512.FusedMultiplyAdd(v, high, y6);
            v = Vector512.Create(a7[k]);
            x7 = Vector512.FusedMultiplyAdd(v, low, x7);
            y7 = Vector512.FusedMultiplyAdd(v, high, y7);
        }
        Store(c, x0, y0, add);
        if (last >= 1) Store(c + cStride, x1, y1, add);
        if (last >= 2) Store(c + 2 * (nint)cStride, x2, y2, add);
        if (last >= 3) Store(c + 3 * (nint)cStride, x3, y3, add);
        if (last >= 4) Store(c + 4 * (nint)cStride, x4, y4, add);
        if (last >= 5) Store(c + 5 * (nint)cStride, x5, y5, add);
        if (last >= 6) Store(c + 6 * (nint)cStride, x6, y6, add);
        if (last >= 7) Store(c + 7 * (nint)cStride, x7, y7, add);
    }

    /// <summary>Four rows and half a panel, for processors with vectors of 256 bits: their registers hold no more.</summary>
    private static void Four(float* a, int aStride, int last, int depth, float* b, float* c, int cStride, bool add)
    {
        float* a1 = Row(a, aStride, 1, last), a2 = Row(a, aStride, 2, last), a3 = Row(a, aStride, 3, last);
        var (x0, x1, x2, x3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var (y0, y1, y2, y3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        for (nint k = 0; k < depth; k++)
        {
            var (low, high) = (Vector256.Load(b), Vector256.Load(b + Half / 2));
            b += Panel;
            var v = Vector256.Create(a[k]);
            x0 = Vector256.FusedMultiplyAdd(v, low, x0);
            y0 = Vector256.FusedMultiplyAdd(v, high, y0);
            v = Vector256.Create(a1[k]);
            x1 = Vector256.FusedMultiplyAdd(v, low, x1);
            y1 = Vector256.FusedMultiplyAdd(v, high, y1);
            v = Vector256.Create(a2[k]);
            x2 = Vector256.FusedMultiplyAdd(v, low, x2);
            y2 = Vector256.FusedMultiplyAdd(v, high, y2);
            v = Vector256.Create(a3[k]);
            x3 = Vector256.FusedMultiplyAdd(v, low, x3);
            y3 = Vector256.FusedMultiplyAdd(v, high, y3);
        }
        Store(c, x0, y0, add);
        if (last >= 1) Store(c + cStride, x1, y1, add);
        if (last >= 2) Store(c + 2 * (nint)cStride, x2, y2, add);
        if (last >= 3) Store(c + 3 * (nint)cStride, x3, y3, add);
    }

    private static float* Row(float* a, int stride, int row, int last) => a + Math.Min(row, last) * (nint)stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, Vector512<float> low, Vector512<float> high, bool add)
    {
        if (add) (low, high) = (low + Vector512.Load(to), high + Vector512.Load(to + Half));
        low.Store(to);
        high.Store(to + Half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, Vector256<float> low, Vector256<float> high, bool add)
    {
        if (add) (low, high) = (low + Vector256.Load(to), high + Vector256.Load(to + Half / 2));
        low.Store(to);
        high.Store(to + Half / 2);
    }
}
