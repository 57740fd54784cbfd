using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SpeechQA.Engine.Speech.Activity;

/// <summary>
/// A convolution over time: output o of step t is bias[o] + the sum of weight[o, r] * input[t * hop + r]. Sums run over r in
/// ascending order, each in a vector lane of its own: they do not depend on the width of vectors.
/// </summary>
/// <remarks>
/// Reading weights costs more than computing. A weight is read once for all steps, and not at all where its input is zero
/// at every step: half of the inputs are after a ReLU.
/// </remarks>
internal sealed class Convolution
{
    /// <summary>Outputs whose weights lie together: what the sums of one step in four of the widest vectors hold.</summary>
    private const int Block = 64;

    /// <summary>Floats of a cache line: a vector that lies across two of them takes two reads.</summary>
    private const int Line = 16;

    private readonly int _inputs, _steps, _outputs;
    private readonly Memory<float> _weights;   // [block of outputs][input][output]: one stream for each block
    private readonly float[] _bias;

    /// <param name="inputs">Of one step.</param>
    /// <param name="steps">1, 2 or 4.</param>
    /// <param name="bias">One for each output; a multiple of 64.</param>
    /// <param name="weight">Of an output and an input.</param>
    public Convolution(int inputs, int steps, ReadOnlySpan<float> bias, Func<int, int, float> weight)
    {
        (_inputs, _steps, _outputs, _bias) = (inputs, steps, bias.Length, bias.ToArray());
        var room = GC.AllocateArray<float>(inputs * _outputs + Line, pinned: true);
        var past = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(room, 0) / sizeof(float) % Line);
        _weights = room.AsMemory(Line - past, inputs * _outputs);
        var weights = _weights.Span;
        for (var o = 0; o < _outputs; o++)
            for (var r = 0; r < inputs; r++) weights[(o / Block * inputs + r) * Block + o % Block] = weight(o, r);
    }

    /// <param name="input">Step t begins at t * <paramref name="hop"/>.</param>
    /// <param name="output">[step][output].</param>
    [SkipLocalsInit]
    public void Apply(ReadOnlySpan<float> input, int hop, Span<float> output)
    {
        // The inner loops do without checks of bounds.
        input = input[..((_steps - 1) * hop + _inputs)];
        output = output[..(_steps * _outputs)];
        Span<int> heard = stackalloc int[_inputs];
        heard = heard[..Heard(MemoryMarshal.Cast<float, uint>(input), hop, heard)];
        for (var o = 0; o < _outputs; o += Block)
        {
            ref var weights = ref MemoryMarshal.GetReference(_weights.Span.Slice(o * _inputs, Block * _inputs));
            ref var bias = ref MemoryMarshal.GetReference(_bias.AsSpan(o, Block));
            ref var x = ref MemoryMarshal.GetReference(input);
            ref var y = ref output[o];
            if (Vector512.IsHardwareAccelerated)
            {
                if (_steps == 4) Sums<Vector512<float>, Lanes512>.OfFour(heard, ref weights, ref bias, ref x, hop, ref y, _outputs);
                else if (_steps == 2) Sums<Vector512<float>, Lanes512>.OfTwo(heard, ref weights, ref bias, ref x, hop, ref y, _outputs);
                else Sums<Vector512<float>, Lanes512>.OfOne(heard, ref weights, ref bias, ref x, ref y);
                continue;
            }
            // Half as many registers of half the width.
            for (var half = 0; half < Block; half += Block / 2)
            {
                ref var w = ref Unsafe.Add(ref weights, half);
                ref var b = ref Unsafe.Add(ref bias, half);
                ref var z = ref Unsafe.Add(ref y, half);
                if (_steps == 1) Sums<Vector256<float>, Lanes256>.OfOne(heard, ref w, ref b, ref x, ref z);
                for (var t = 0; t + 1 < _steps; t += 2)
                    Sums<Vector256<float>, Lanes256>.OfTwo(heard, ref w, ref b, ref Unsafe.Add(ref x, t * hop), hop,
                        ref Unsafe.Add(ref z, t * _outputs), _outputs);
            }
        }
    }

    /// <summary>The inputs that are not zero at every step.</summary>
    private int Heard(ReadOnlySpan<uint> input, int hop, Span<int> heard)
    {
        var a = input[..heard.Length];
        var b = input.Slice((_steps - 1) * hop, heard.Length);
        var c = _steps == 4 ? input.Slice(hop, heard.Length) : a;
        var d = _steps == 4 ? input.Slice(2 * hop, heard.Length) : b;
        var count = 0;
        for (var r = 0; r < heard.Length; r++)
        {
            heard[count] = r;
            // Without their signs: zero may have one.
            count += (a[r] | b[r] | c[r] | d[r]) << 1 != 0 ? 1 : 0;
        }
        return count;
    }

    /// <summary>The sums of four vectors of outputs at one, two or four steps, all in registers.</summary>
    private static class Sums<TVector, TLanes>
        where TVector : struct
        where TLanes : ILanes<TVector>
    {
        public static void OfFour(ReadOnlySpan<int> heard, ref float weights, ref float bias, ref float input, int hop, ref float output,
            int outputs)
        {
            var (a0, a1, a2, a3) = Load(ref bias);
            var (b0, b1, b2, b3) = (a0, a1, a2, a3);
            var (c0, c1, c2, c3) = (a0, a1, a2, a3);
            var (d0, d1, d2, d3) = (a0, a1, a2, a3);
            foreach (var r in heard)
            {
                var (w0, w1, w2, w3) = Load(ref Unsafe.Add(ref weights, r * Block));
                ref var at = ref Unsafe.Add(ref input, r);
                var x = TLanes.Create(at);
                a0 = TLanes.MultiplyAdd(x, w0, a0);
                a1 = TLanes.MultiplyAdd(x, w1, a1);
                a2 = TLanes.MultiplyAdd(x, w2, a2);
                a3 = TLanes.MultiplyAdd(x, w3, a3);
                x = TLanes.Create(Unsafe.Add(ref at, hop));
                b0 = TLanes.MultiplyAdd(x, w0, b0);
                b1 = TLanes.MultiplyAdd(x, w1, b1);
                b2 = TLanes.MultiplyAdd(x, w2, b2);
                b3 = TLanes.MultiplyAdd(x, w3, b3);
                x = TLanes.Create(Unsafe.Add(ref at, 2 * hop));
                c0 = TLanes.MultiplyAdd(x, w0, c0);
                c1 = TLanes.MultiplyAdd(x, w1, c1);
                c2 = TLanes.MultiplyAdd(x, w2, c2);
                c3 = TLanes.MultiplyAdd(x, w3, c3);
                x = TLanes.Create(Unsafe.Add(ref at, 3 * hop));
                d0 = TLanes.MultiplyAdd(x, w0, d0);
                d1 = TLanes.MultiplyAdd(x, w1, d1);
                d2 = TLanes.MultiplyAdd(x, w2, d2);
                d3 = TLanes.MultiplyAdd(x, w3, d3);
            }
            Store(a0, a1, a2, a3, ref output);
            Store(b0, b1, b2, b3, ref Unsafe.Add(ref output, outputs));
            Store(c0, c1, c2, c3, ref Unsafe.Add(ref output, 2 * outputs));
            Store(d0, d1, d2, d3, ref Unsafe.Add(ref output, 3 * outputs));
        }

        public static void OfTwo(ReadOnlySpan<int> heard, ref float weights, ref float bias, ref float input, int hop, ref float output,
            int outputs)
        {
            var (a0, a1, a2, a3) = Load(ref bias);
            var (b0, b1, b2, b3) = (a0, a1, a2, a3);
            foreach (var r in heard)
            {
                var (w0, w1, w2, w3) = Load(ref Unsafe.Add(ref weights, r * Block));
                ref var at = ref Unsafe.Add(ref input, r);
                var x = TLanes.Create(at);
                a0 = TLanes.MultiplyAdd(x, w0, a0);
                a1 = TLanes.MultiplyAdd(x, w1, a1);
                a2 = TLanes.MultiplyAdd(x, w2, a2);
                a3 = TLanes.MultiplyAdd(x, w3, a3);
                x = TLanes.Create(Unsafe.Add(ref at, hop));
                b0 = TLanes.MultiplyAdd(x, w0, b0);
                b1 = TLanes.MultiplyAdd(x, w1, b1);
                b2 = TLanes.MultiplyAdd(x, w2, b2);
                b3 = TLanes.MultiplyAdd(x, w3, b3);
            }
            Store(a0, a1, a2, a3, ref output);
            Store(b0, b1, b2, b3, ref Unsafe.Add(ref output, outputs));
        }

        public static void OfOne(ReadOnlySpan<int> heard, ref float weights, ref float bias, ref float input, ref float output)
        {
            var (a0, a1, a2, a3) = Load(ref bias);
            foreach (var r in heard)
            {
                var (w0, w1, w2, w3) = Load(ref Unsafe.Add(ref weights, r * Block));
                var x = TLanes.Create(Unsafe.Add(ref input, r));
                a0 = TLanes.MultiplyAdd(x, w0, a0);
                a1 = TLanes.MultiplyAdd(x, w1, a1);
                a2 = TLanes.MultiplyAdd(x, w2, a2);
                a3 = TLanes.MultiplyAdd(x, w3, a3);
            }
            Store(a0, a1, a2, a3, ref output);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static (TVector, TVector, TVector, TVector) Load(ref float from) =>
            (TLanes.Load(ref from, 0), TLanes.Load(ref from, TLanes.Count), TLanes.Load(ref from, 2 * TLanes.Count),
                TLanes.Load(ref from, 3 * TLanes.Count));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store(TVector a, TVector b, TVector c, TVector d, ref float into)
        {
            TLanes.Store(a, ref into, 0);
            TLanes.Store(b, ref into, TLanes.Count);
            TLanes.Store(c, ref into, 2 * TLanes.Count);
            TLanes.Store(d, ref into, 3 * TLanes.Count);
        }
    }

    /// <summary>What the sums ask of vectors of one width.</summary>
    private interface ILanes<TVector>
    {
        static abstract int Count { get; }

        static abstract TVector Create(float value);

        static abstract TVector Load(ref float from, int offset);

        static abstract void Store(TVector values, ref float into, int offset);

        static abstract TVector MultiplyAdd(TVector a, TVector b, TVector sum);
    }

    private readonly struct Lanes512 : ILanes<Vector512<float>>
    {
        public static int Count => Vector512<float>.Count;

        public static Vector512<float> Create(float value) => Vector512.Create(value);

        public static Vector512<float> Load(ref float from, int offset) => Vector512.LoadUnsafe(ref from, (nuint)offset);

        public static void Store(Vector512<float> values, ref float into, int offset) => values.StoreUnsafe(ref into, (nuint)offset);

        public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> sum) =>
            Vector512.MultiplyAddEstimate(a, b, sum);
    }

    private readonly struct Lanes256 : ILanes<Vector256<float>>
    {
        public static int Count => Vector256<float>.Count;

        public static Vector256<float> Create(float value) => Vector256.Create(value);

        public static Vector256<float> Load(ref float from, int offset) => Vector256.LoadUnsafe(ref from, (nuint)offset);

        public static void Store(Vector256<float> values, ref float into, int offset) => values.StoreUnsafe(ref into, (nuint)offset);

        public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> sum) =>
            Vector256.MultiplyAddEstimate(a, b, sum);
    }
}
