using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SpeechQA.Engine.Inference.Matrices;

namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>
/// Power of a frame in 300-1000 Hz and in 1000-3400 Hz: their ratio rises with vocal effort whatever the line's gain.
/// A Hann window and the 99 bins of its Fourier transform (256 points, 31.25 Hz each) that lie there, each as the sums that define it:
/// beside a fast transform of all bins that is no more work, since the two halves of a real frame are folded onto each other first.
/// </summary>
internal sealed unsafe class VoiceBands
{
    private const int Size = 256, Folded = Size / 2;
    private const int LowFrom = 10, HighFrom = 32, HighTo = 109;
    private const int Lanes = 16;
    private const int Vectors = 7;
    private const int Bins = Vectors * Lanes;       // from LowFrom on; the last few are not used

    private static readonly float[] Hann = [.. Enumerable.Range(0, Size)
        .Select(i => (float)(0.5 - 0.5 * Math.Cos(2 * Math.PI * i / Size)))];
    // [samples of the folded half][bins]; a vector of a row is a line of the cache.
    private static readonly float* Cosines = Table(Math.Cos), Sines = Table(Math.Sin);

    // What lies as far from the frame's two ends, added and subtracted.
    private readonly float[] _even = new float[Folded];
    private readonly float[] _odd = new float[Folded];
    private readonly float[] _power = new float[Bins];

    /// <param name="samples">256 samples at 8 kHz.</param>
    public (double Low, double High) Powers(ReadOnlySpan<float> samples)
    {
        Fold(samples);
        Transform(samples[Folded] * Hann[Folded]);
        return (Sum(LowFrom, HighFrom), Sum(HighFrom, HighTo));
    }

    private static float* Table(Func<double, double> of)
    {
        var table = (float*)NativeMemory.AlignedAlloc(Folded * Bins * sizeof(float), NativeFloats.Alignment);
        for (var n = 0; n < Folded; n++)
            for (var k = 0; k < Bins; k++) table[n * Bins + k] = (float)of(2 * Math.PI * (n * (LowFrom + k) % Size) / Size);
        return table;
    }

    private void Fold(ReadOnlySpan<float> samples)
    {
        // The window is zero at its beginning.
        for (var n = 1; n < Folded; n++)
        {
            var (a, b) = (samples[n] * Hann[n], samples[Size - n] * Hann[Size - n]);
            (_even[n], _odd[n]) = (a + b, a - b);
        }
    }

    /// <param name="middle">The sample that lies on itself when the frame is folded.</param>
    private void Transform(float middle)
    {
        for (var v = 0; v < Bins; v += Lanes)
        {
            // The middle's cosines are 1 and -1 in turn, beginning with an even bin.
            var re0 = Vector512.Create(middle) * Alternating;
            Vector512<float> re1 = default, im0 = default, im1 = default;
            re1 = Add(_even, Cosines, 1, v, re1);
            im1 = Add(_odd, Sines, 1, v, im1);
            for (var n = 2; n < Folded; n += 2)
            {
                re0 = Add(_even, Cosines, n, v, re0);
                im0 = Add(_odd, Sines, n, v, im0);
                re1 = Add(_even, Cosines, n + 1, v, re1);
                im1 = Add(_odd, Sines, n + 1, v, im1);
            }
            var (re, im) = (re0 + re1, im0 + im1);
            (re * re + im * im).CopyTo(_power, v);
        }
    }

    private static readonly Vector512<float> Alternating = Vector512.Create([.. Enumerable.Range(0, Lanes)
        .Select(k => k % 2 == 0 ? 1f : -1f)]);

    private static Vector512<float> Add(float[] samples, float* table, int n, int bin, Vector512<float> sum) =>
        Vector512.FusedMultiplyAdd(Vector512.Create(samples[n]), Vector512.LoadAligned(table + n * Bins + bin), sum);

    private double Sum(int from, int to)
    {
        var sum = 0.0;
        foreach (var power in _power.AsSpan((from - LowFrom)..(to - LowFrom))) sum += power;
        return sum;
    }
}
