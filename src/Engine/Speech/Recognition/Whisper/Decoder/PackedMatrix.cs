using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Matrices;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inference.Onnx;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>
/// The weights of a linear layer: bytes around 128 with a scale per output and block of 64 inputs, laid out so that a vector
/// holds 4 inputs of 8 outputs. A product of bytes is exact in whole numbers and each output adds its blocks in their order, so a column's
/// result does not depend on the columns beside it, nor on which instructions the processor has. Immutable, shared by all workers.
/// </summary>
internal sealed unsafe class PackedMatrix
{
    /// <summary>Outputs whose weights lie together: their quads are read one after another, a cache line each.</summary>
    private const int Tile = 16;

    /// <summary>Outputs that are computed together, for as many sums in flight as there are columns to fill them.</summary>
    private const int Group = 64;

    /// <summary>Inputs that lie together: those a vector instruction sums.</summary>
    private const int Quad = 4;

    private const int Zero = 128, Alignment = 64;
    private const int QuadBytes = Tile * Quad, VectorBytes = QuadBytes / 2, VectorOutputs = Tile / 2;

    private readonly byte* _weights;
    private readonly float* _scales;
    // Keep what the pointers point to.
    private readonly byte[] _weightMemory, _scaleMemory;

    /// <param name="weights">[outputs, blocks, 64].</param>
    /// <param name="scales">[outputs, blocks].</param>
    /// <exception cref="BadInputException">The tensors do not belong together.</exception>
    public PackedMatrix(OnnxTensor weights, OnnxTensor scales)
    {
        if (weights.Shape is not [var outputs, var blocks, QuantizedColumns.Block] || !scales.Shape.SequenceEqual([outputs, blocks]))
            throw new BadInputException(
                $"weights of [{string.Join(", ", weights.Shape)}] with scales of [{string.Join(", ", scales.Shape)}]", ModelFile.Remedy);
        // Reading them checks that there are so many.
        var from = weights.Bytes;
        var scale = scales.Floats;
        (Outputs, Inputs) = ((int)outputs, (int)blocks * QuantizedColumns.Block);
        _weightMemory = Allocate((nint)Stride * Inputs, out _weights);
        _scaleMemory = Allocate((nint)Stride * Blocks * sizeof(float), out var first);
        _scales = (float*)first;
        for (var n = 0; n < Outputs; n++)
        {
            for (var k = 0; k < Inputs; k++) *At(n, k) = from[n * Inputs + k];
            for (var b = 0; b < blocks; b++) *ScaleAt(n, b) = scale[n * (int)blocks + b];
        }
    }

    public int Inputs { get; }
    public int Outputs { get; }

    /// <summary>Floats from one column of outputs to the next: whole groups.</summary>
    public int Stride => (Outputs + Group - 1) / Group * Group;

    private int Blocks => Inputs / QuantizedColumns.Block;

    /// <summary>The weights of one output, as numbers.</summary>
    public void Row(int output, Span<float> into)
    {
        for (var k = 0; k < Inputs; k++) into[k] = (*At(output, k) - Zero) * *ScaleAt(output, k / QuantizedColumns.Block);
    }

    /// <summary>Multiplies: <paramref name="to"/> becomes [columns][<see cref="Stride"/>].</summary>
    /// <param name="bias">One per output, or null.</param>
    public void Multiply(QuantizedColumns from, int columns, float* to, float[]? bias = null)
    {
        for (var n = 0; n < Stride; n += Group)
        {
            // A group's weights stay in the nearest caches for all columns.
            var c = 0;
            for (; c + 4 <= columns; c += 4)
                for (var tile = n; tile < n + Group; tile += Tile) Four(from, c, tile, to + tile);
            if (c + 2 <= columns)
            {
                for (var tile = n; tile < n + Group; tile += 2 * Tile) Two(from, c, tile, to + tile);
                c += 2;
            }
            if (c < columns) One(from, c, n, to + n);
        }
        if (bias is null) return;
        for (var c = 0; c < columns; c++) Floats.Add(to + (nint)c * Stride, bias);
    }

    private void One(QuantizedColumns from, int column, int output, float* to)
    {
        var x = from.Values(column);
        var xTo = to + (nint)column * Stride;
        var tile0 = At(output);
        var scales0 = ScaleAt(output);
        var tile1 = At(output + Tile);
        var scales1 = ScaleAt(output + Tile);
        var tile2 = At(output + 2 * Tile);
        var scales2 = ScaleAt(output + 2 * Tile);
        var tile3 = At(output + 3 * Tile);
        var scales3 = ScaleAt(output + 3 * Tile);
        var ahead = (nint)Group * Inputs;
        for (var block = 0; block < Blocks; block++)
        {
            var x0 = Start(from.Sums(column)[block]);
            var (x1, x2, x3, x4, x5, x6, x7) = (x0, x0, x0, x0, x0, x0, x0);
            for (var quad = 0; quad < QuantizedColumns.Block / Quad; quad++)
            {
                Fetch(tile0 + ahead);
                Fetch(tile1 + ahead);
                Fetch(tile2 + ahead);
                Fetch(tile3 + ahead);
                var xQuad = Broadcast(x);
                x0 = Dot(x0, tile0, xQuad);
                x1 = Dot(x1, tile0 + VectorBytes, xQuad);
                x2 = Dot(x2, tile1, xQuad);
                x3 = Dot(x3, tile1 + VectorBytes, xQuad);
                x4 = Dot(x4, tile2, xQuad);
                x5 = Dot(x5, tile2 + VectorBytes, xQuad);
                x6 = Dot(x6, tile3, xQuad);
                x7 = Dot(x7, tile3 + VectorBytes, xQuad);
                x += Quad;
                tile0 += QuadBytes;
                tile1 += QuadBytes;
                tile2 += QuadBytes;
                tile3 += QuadBytes;
            }
            var xScale = Vector256.Create(from.Scales(column)[block]);
            Add(xTo, x0, scales0, xScale, block);
            Add(xTo + VectorOutputs, x1, scales0 + VectorOutputs, xScale, block);
            Add(xTo + Tile, x2, scales1, xScale, block);
            Add(xTo + Tile + VectorOutputs, x3, scales1 + VectorOutputs, xScale, block);
            Add(xTo + 2 * Tile, x4, scales2, xScale, block);
            Add(xTo + 2 * Tile + VectorOutputs, x5, scales2 + VectorOutputs, xScale, block);
            Add(xTo + 3 * Tile, x6, scales3, xScale, block);
            Add(xTo + 3 * Tile + VectorOutputs, x7, scales3 + VectorOutputs, xScale, block);
            scales0 += Tile;
            scales1 += Tile;
            scales2 += Tile;
            scales3 += Tile;
        }
    }

    private void Two(QuantizedColumns from, int column, int output, float* to)
    {
        var x = from.Values(column);
        var xTo = to + (nint)column * Stride;
        var y = from.Values(column + 1);
        var yTo = to + (nint)(column + 1) * Stride;
        var tile0 = At(output);
        var scales0 = ScaleAt(output);
        var tile1 = At(output + Tile);
        var scales1 = ScaleAt(output + Tile);
        var ahead = (nint)Group * Inputs;
        for (var block = 0; block < Blocks; block++)
        {
            var x0 = Start(from.Sums(column)[block]);
            var (x1, x2, x3) = (x0, x0, x0);
            var y0 = Start(from.Sums(column + 1)[block]);
            var (y1, y2, y3) = (y0, y0, y0);
            for (var quad = 0; quad < QuantizedColumns.Block / Quad; quad++)
            {
                Fetch(tile0 + ahead);
                Fetch(tile1 + ahead);
                var xQuad = Broadcast(x);
                var yQuad = Broadcast(y);
                x0 = Dot(x0, tile0, xQuad);
                y0 = Dot(y0, tile0, yQuad);
                x1 = Dot(x1, tile0 + VectorBytes, xQuad);
                y1 = Dot(y1, tile0 + VectorBytes, yQuad);
                x2 = Dot(x2, tile1, xQuad);
                y2 = Dot(y2, tile1, yQuad);
                x3 = Dot(x3, tile1 + VectorBytes, xQuad);
                y3 = Dot(y3, tile1 + VectorBytes, yQuad);
                x += Quad;
                y += Quad;
                tile0 += QuadBytes;
                tile1 += QuadBytes;
            }
            var xScale = Vector256.Create(from.Scales(column)[block]);
            Add(xTo, x0, scales0, xScale, block);
            Add(xTo + VectorOutputs, x1, scales0 + VectorOutputs, xScale, block);
            Add(xTo + Tile, x2, scales1, xScale, block);
            Add(xTo + Tile + VectorOutputs, x3, scales1 + VectorOutputs, xScale, block);
            var yScale = Vector256.Create(from.Scales(column + 1)[block]);
            Add(yTo, y0, scales0, yScale, block);
            Add(yTo + VectorOutputs, y1, scales0 + VectorOutputs, yScale, block);
            Add(yTo + Tile, y2, scales1, yScale, block);
            Add(yTo + Tile + VectorOutputs, y3, scales1 + VectorOutputs, yScale, block);
            scales0 += Tile;
            scales1 += Tile;
        }
    }

    private void Four(QuantizedColumns from, int column, int output, float* to)
    {
        var x = from.Values(column);
        var xTo = to + (nint)column * Stride;
        var y = from.Values(column + 1);
        var yTo = to + (nint)(column + 1) * Stride;
        var z = from.Values(column + 2);
        var zTo = to + (nint)(column + 2) * Stride;
        var w = from.Values(column + 3);
        var wTo = to + (nint)(column + 3) * Stride;
        var tile0 = At(output);
        var scales0 = ScaleAt(output);
        var ahead = (nint)Group * Inputs;
        for (var block = 0; block < Blocks; block++)
        {
            var x0 = Start(from.Sums(column)[block]);
            var x1 = x0;
            var y0 = Start(from.Sums(column + 1)[block]);
            var y1 = y0;
            var z0 = Start(from.Sums(column + 2)[block]);
            var z1 = z0;
            var w0 = Start(from.Sums(column + 3)[block]);
            var w1 = w0;
            for (var quad = 0; quad < QuantizedColumns.Block / Quad; quad++)
            {
                Fetch(tile0 + ahead);
                var xQuad = Broadcast(x);
                var yQuad = Broadcast(y);
                var zQuad = Broadcast(z);
                var wQuad = Broadcast(w);
                x0 = Dot(x0, tile0, xQuad);
                y0 = Dot(y0, tile0, yQuad);
                z0 = Dot(z0, tile0, zQuad);
                w0 = Dot(w0, tile0, wQuad);
                x1 = Dot(x1, tile0 + VectorBytes, xQuad);
                y1 = Dot(y1, tile0 + VectorBytes, yQuad);
                z1 = Dot(z1, tile0 + VectorBytes, zQuad);
                w1 = Dot(w1, tile0 + VectorBytes, wQuad);
                x += Quad;
                y += Quad;
                z += Quad;
                w += Quad;
                tile0 += QuadBytes;
            }
            var xScale = Vector256.Create(from.Scales(column)[block]);
            Add(xTo, x0, scales0, xScale, block);
            Add(xTo + VectorOutputs, x1, scales0 + VectorOutputs, xScale, block);
            var yScale = Vector256.Create(from.Scales(column + 1)[block]);
            Add(yTo, y0, scales0, yScale, block);
            Add(yTo + VectorOutputs, y1, scales0 + VectorOutputs, yScale, block);
            var zScale = Vector256.Create(from.Scales(column + 2)[block]);
            Add(zTo, z0, scales0, zScale, block);
            Add(zTo + VectorOutputs, z1, scales0 + VectorOutputs, zScale, block);
            var wScale = Vector256.Create(from.Scales(column + 3)[block]);
            Add(wTo, w0, scales0, wScale, block);
            Add(wTo + VectorOutputs, w1, scales0 + VectorOutputs, wScale, block);
            scales0 += Tile;
        }
    }

    /// <summary>Asks for a cache line of the next group: the processor's own look-ahead ends with every page, and a tile is two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(byte* weights)
    {
        if (Sse.IsSupported) Sse.Prefetch1(weights);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Broadcast(sbyte* x) => Vector256.Create(*(int*)x).AsSByte();

    /// <summary>What a sum of products begins with, so that it counts weights from 128 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Start(int sum) =>
        !AvxVnni.IsSupported && Avx2.IsSupported ? Vector256<int>.Zero : Vector256.Create(-Zero * sum);

    /// <summary>Adds four products to each sum, exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Dot(Vector256<int> sum, byte* weights, Vector256<sbyte> x)
    {
        var w = Vector256.Load(weights);
        if (AvxVnni.IsSupported) return AvxVnni.MultiplyWideningAndAdd(sum, w, x);
        if (Avx2.IsSupported)
        {
            // Pairs of products would not fit 16 bits with weights up to 255; those around 0 do.
            var signed = (w ^ Vector256.Create((byte)Zero)).AsSByte();
            return sum + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Avx2.Abs(signed), Avx2.Sign(x, signed)), Vector256<short>.One);
        }
        var even = (w.AsInt16() & Vector256.Create((short)0xFF)) * Vector256.ShiftRightArithmetic(Vector256.ShiftLeft(x.AsInt16(), 8), 8);
        var odd = Vector256.ShiftRightLogical(w.AsUInt16(), 8).AsInt16() * Vector256.ShiftRightArithmetic(x.AsInt16(), 8);
        return sum + Pairs(even.AsInt32()) + Pairs(odd.AsInt32());
    }

    private static Vector256<int> Pairs(Vector256<int> products) =>
        Vector256.ShiftRightArithmetic(Vector256.ShiftLeft(products, 16), 16) + Vector256.ShiftRightArithmetic(products, 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* to, Vector256<int> sum, float* scales, Vector256<float> scale, int block)
    {
        var added = Vector256.ConvertToSingle(sum);
        var by = Vector256.Load(scales) * scale;
        (block == 0 ? added * by : Vector256.FusedMultiplyAdd(added, by, Vector256.Load(to))).Store(to);
    }

    private byte* At(int output, int input = 0) =>
        _weights + (nint)(output / Tile * Tile) * Inputs + input / Quad * QuadBytes + output % Tile * Quad + input % Quad;

    private float* ScaleAt(int output, int block = 0) => _scales + (nint)(output / Tile * Tile) * Blocks + block * Tile + output % Tile;

    private static byte[] Allocate(nint bytes, out byte* start)
    {
        var memory = GC.AllocateArray<byte>(checked((int)bytes + Alignment), pinned: true);
        start = (byte*)(((nint)Unsafe.AsPointer(ref memory[0]) + Alignment - 1) / Alignment * Alignment);
        return memory;
    }
}
