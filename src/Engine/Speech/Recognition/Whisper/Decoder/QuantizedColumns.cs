using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SpeechQA.Engine.Inference.Matrices;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>
/// Inputs of a <see cref="PackedMatrix"/>, one column per token: blocks of 64 values as signed bytes with a scale, the largest
/// of a block being 127 (MatMulNBits of ONNX Runtime at accuracy level 4 computes the same).
/// </summary>
internal sealed unsafe class QuantizedColumns : IDisposable
{
    /// <summary>Values that share a scale.</summary>
    public const int Block = 64;

    private sbyte* _values;
    private float* _scales;
    private int* _sums;
    private int _room;

    /// <summary>Values per column.</summary>
    public int Length { get; private set; }

    public int Blocks => Length / Block;

    public sbyte* Values(int column) => _values + column * (nint)Length;

    /// <summary>By block.</summary>
    public float* Scales(int column) => _scales + column * Blocks;

    /// <summary>Sums of the values, by block.</summary>
    public int* Sums(int column) => _sums + column * Blocks;

    /// <summary>Takes [<paramref name="columns"/>][<paramref name="length"/>] values; the length is whole blocks.</summary>
    public void Take(float* from, int columns, int length)
    {
        Length = length;
        if (columns * length > _room) Grow(columns * length);
        for (var block = 0; block < columns * Blocks; block++)
            Take(from + block * Block, _values + block * Block, _scales + block, _sums + block);
    }

    private static void Take(float* from, sbyte* to, float* scale, int* sum)
    {
        var (a, b, c, d) = (Vector512.Load(from), Vector512.Load(from + 16), Vector512.Load(from + 32), Vector512.Load(from + 48));
        var most = Vector512.MaxNative(Vector512.MaxNative(Vector512.Abs(a), Vector512.Abs(b)),
            Vector512.MaxNative(Vector512.Abs(c), Vector512.Abs(d)));
        var largest = Floats.Largest(most);
        *scale = largest / sbyte.MaxValue;
        var by = Vector512.Create(*scale == 0 ? 0 : 1 / *scale);
        var (i, j) = (Whole(a * by), Whole(b * by));
        var (k, l) = (Whole(c * by), Whole(d * by));
        Vector512.Narrow(Vector512.Narrow(i, j), Vector512.Narrow(k, l)).Store(to);
        *sum = Vector512.Sum(i + j + (k + l));
    }

    private static Vector512<int> Whole(Vector512<float> values) => Vector512.ConvertToInt32(Vector512.Round(values));

    private void Grow(int room)
    {
        Dispose();
        _values = (sbyte*)NativeMemory.Alloc((nuint)room);
        _scales = (float*)NativeMemory.Alloc((nuint)(room / Block), sizeof(float));
        _sums = (int*)NativeMemory.Alloc((nuint)(room / Block), sizeof(int));
        _room = room;
    }

    public void Dispose()
    {
        NativeMemory.Free(_values);
        NativeMemory.Free(_scales);
        NativeMemory.Free(_sums);
        _values = null;
        _scales = null;
        _sums = null;
        _room = 0;
    }
}
