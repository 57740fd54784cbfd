using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SpeechQA.Engine.Inference.Matrices;

/// <summary>What shares a scale when activations become bytes.</summary>
internal enum ScaleOf
{
    /// <summary>All rows, between the least and the greatest value, zero included (DynamicQuantizeLinear of ONNX).</summary>
    Tensor,

    /// <summary>Each row, symmetric around 128.</summary>
    Row,
}

/// <summary>
/// Activations as bytes, for the left side of a <see cref="ByteMatrix"/>. Filled in three steps: <see cref="Begin"/>, <see cref="Add"/> of
/// every row while it is in the nearest cache, <see cref="End"/>. The memory is reused; one owner.
/// </summary>
internal sealed unsafe class QuantizedRows(ScaleOf scaleOf) : IDisposable
{
    private const int Block = 64;

    private const int RowZero = 128;
    private const float LeastScale = 1e-9f;

    private readonly byte* _zero = (byte*)NativeMemory.AlignedAlloc(Block, Block);
    private byte* _values;
    private float* _scales;
    private int _room, _rowRoom;
    private Vector512<float> _least, _most;

    /// <summary>[rows][length].</summary>
    public byte* Values => _values;

    /// <summary>The byte that stands for 0.</summary>
    public byte* Zero => _zero;

    public int Rows { get; private set; }

    public int Length { get; private set; }

    /// <summary>What one step of a byte is worth in a row.</summary>
    public float Scale(int row) => _scales[row];

    /// <summary>Makes room for rows of a length of 64 at least, a multiple of 16.</summary>
    public void Begin(int rows, int length)
    {
        (Rows, Length) = (rows, length);
        if (rows * length > _room) _values = Grow(_values, _room = rows * length);
        if (rows > _rowRoom) _scales = (float*)Grow((byte*)_scales, (_rowRoom = rows) * sizeof(float));
        (_least, _most) = (Vector512<float>.Zero, Vector512<float>.Zero);
    }

    /// <summary>Looks at a row's values, which must be the same at <see cref="End"/>.</summary>
    public void Add(int row, float* values)
    {
        var (least, most) = scaleOf == ScaleOf.Tensor ? (_least, _most) : default;
        for (var i = 0; i < Length; i += Vector512<float>.Count)
        {
            var value = Vector512.Load(values + i);
            least = Vector512.MinNative(least, value);
            most = Vector512.MaxNative(most, value);
        }
        (_least, _most) = (least, most);
        if (scaleOf == ScaleOf.Tensor) return;
        var scale = MathF.Max(Floats.Largest(Vector512.MaxNative(most, -least)) * (1f / 127), LeastScale);
        _scales[row] = scale;
        Quantize(values, _values + (nint)row * Length, 1 / scale, RowZero);
    }

    /// <summary>Completes what <see cref="Add"/> has seen.</summary>
    /// <param name="from">Row r begins at r * <paramref name="stride"/>.</param>
    public void End(float* from, int stride)
    {
        *_zero = RowZero;
        if (scaleOf == ScaleOf.Row) return;
        var (least, most) = (-Floats.Largest(-_least), Floats.Largest(_most));
        var scale = most > least ? (most - least) / byte.MaxValue : 1;
        *_zero = (byte)Math.Clamp(MathF.Round(-least / scale), 0, byte.MaxValue);
        new Span<float>(_scales, Rows).Fill(scale);
        for (var row = 0; row < Rows; row++) Quantize(from + (nint)row * stride, _values + (nint)row * Length, 1 / scale, *_zero);
    }

    private void Quantize(float* from, byte* to, float by, int zero)
    {
        for (var i = 0; i < Length; i += Block)
        {
            // The last block overlaps the one before where a row is not whole blocks.
            var at = Math.Min(i, Length - Block);
            if (Vector512.IsHardwareAccelerated) Quantize512(from + at, to + at, by, zero);
            else Quantize256(from + at, to + at, by, zero);
        }
    }

    private static void Quantize512(float* from, byte* to, float by, int zero)
    {
        var (factor, offset) = (Vector512.Create(by), Vector512.Create(Floats.Rounding + zero));
        var (least, most) = (Vector512.Create(Floats.Rounding), Vector512.Create(Floats.Rounding + byte.MaxValue));
        Vector512.Narrow(Vector512.Narrow(Whole(from), Whole(from + 16)), Vector512.Narrow(Whole(from + 32), Whole(from + 48))).Store(to);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector512<uint> Whole(float* values)
        {
            var whole = Vector512.FusedMultiplyAdd(Vector512.Load(values), factor, offset);
            return Vector512.MinNative(Vector512.MaxNative(whole, least), most).AsUInt32() & Vector512.Create((uint)byte.MaxValue);
        }
    }

    /// <summary>The same for processors on which narrowing would otherwise take the longer part of the time.</summary>
    private static void Quantize256(float* from, byte* to, float by, int zero)
    {
        var (factor, offset) = (Vector256.Create(by), Vector256.Create(Floats.Rounding + zero));
        var (least, most) = (Vector256.Create(Floats.Rounding), Vector256.Create(Floats.Rounding + byte.MaxValue));
        for (var i = 0; i < Block; i += 32)
            Vector256.Narrow(Vector256.Narrow(Whole(from + i), Whole(from + i + 8)),
                Vector256.Narrow(Whole(from + i + 16), Whole(from + i + 24))).Store(to + i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector256<uint> Whole(float* values)
        {
            var whole = Vector256.FusedMultiplyAdd(Vector256.Load(values), factor, offset);
            return Vector256.MinNative(Vector256.MaxNative(whole, least), most).AsUInt32() & Vector256.Create((uint)byte.MaxValue);
        }
    }

    private static byte* Grow(byte* old, int bytes)
    {
        NativeMemory.AlignedFree(old);
        return (byte*)NativeMemory.AlignedAlloc((nuint)bytes, Block);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    ~QuantizedRows() => Free();

    private void Free()
    {
        NativeMemory.AlignedFree(_values);
        NativeMemory.AlignedFree(_scales);
        NativeMemory.AlignedFree(_zero);
    }
}
