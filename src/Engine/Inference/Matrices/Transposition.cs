using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SpeechQA.Engine.Inference.Matrices;

/// <summary>Blocks of 16 rows by 16 columns, transposed in registers: one by one their numbers would lie on a cache line each.</summary>
internal static unsafe class Transposition
{
    public const int Size = 16;

    /// <summary>A block whose rows are <paramref name="stride"/> apart to rows <paramref name="toStride"/> apart.</summary>
    public static void Transpose(float* from, int stride, float* to, int toStride)
    {
        if (!Avx512F.IsSupported)
        {
            for (var row = 0; row < Size; row++)
                for (var column = 0; column < Size; column++) to[column * (nint)toStride + row] = from[row * (nint)stride + column];
            return;
        }
        for (var column = 0; column < Size; column += 4)
        {
            var (a, b) = (Fourth(from, stride), Fourth(from + stride, stride));
            var (c, d) = (Fourth(from + 2 * (nint)stride, stride), Fourth(from + 3 * (nint)stride, stride));
            var (ab, cd) = (Avx512F.UnpackLow(a, b).AsDouble(), Avx512F.UnpackLow(c, d).AsDouble());
            Avx512F.UnpackLow(ab, cd).AsSingle().Store(to);
            Avx512F.UnpackHigh(ab, cd).AsSingle().Store(to + toStride);
            (ab, cd) = (Avx512F.UnpackHigh(a, b).AsDouble(), Avx512F.UnpackHigh(c, d).AsDouble());
            Avx512F.UnpackLow(ab, cd).AsSingle().Store(to + 2 * (nint)toStride);
            Avx512F.UnpackHigh(ab, cd).AsSingle().Store(to + 3 * (nint)toStride);
            from += 4;
            to += 4 * (nint)toStride;
        }
    }

    /// <summary>Four columns of every fourth row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Fourth(float* from, int stride) => Vector512.Create(
        Vector256.Create(Vector128.Load(from), Vector128.Load(from + 4 * (nint)stride)),
        Vector256.Create(Vector128.Load(from + 8 * (nint)stride), Vector128.Load(from + 12 * (nint)stride)));
}
