using System.Runtime.Intrinsics;

namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>
/// Power of a frame in 300-1000 Hz and in 1000-3400 Hz: their ratio rises with vocal effort whatever the line's gain.
/// A Hann window and a 256-point Fourier transform (radix 2), bins of 31.25 Hz.
/// </summary>
internal sealed class VoiceBands
{
    private const int Size = 256;
    private const int LowFrom = 10, HighFrom = 32, HighTo = 109;

    private readonly double[] _hann = new double[Size];
    // Those of the stage that combines halves of so many values begin there.
    private readonly double[] _cos = new double[Size];
    private readonly double[] _sin = new double[Size];
    private readonly int[] _order = new int[Size];      // bits reversed
    private readonly double[] _re = new double[Size];
    private readonly double[] _im = new double[Size];

    public VoiceBands()
    {
        for (var i = 0; i < Size; i++)
        {
            _hann[i] = 0.5 - 0.5 * Math.Cos(2 * Math.PI * i / Size);
            for (var bit = 1; bit < Size; bit <<= 1) _order[i] = _order[i] << 1 | ((i & bit) != 0 ? 1 : 0);
        }
        for (var half = 1; half < Size; half <<= 1)
            for (var k = 0; k < half; k++) (_sin[half + k], _cos[half + k]) = Math.SinCos(-2 * Math.PI * (k * (Size / 2 / half)) / Size);
    }

    /// <param name="samples">256 samples at 8 kHz.</param>
    public (double Low, double High) Powers(ReadOnlySpan<float> samples)
    {
        for (var i = 0; i < Size; i++) _re[_order[i]] = samples[i] * _hann[i];
        Array.Clear(_im);
        for (var half = 1; half < Size; half <<= 1) Combine(half);
        return (Sum(LowFrom, HighFrom), Sum(HighFrom, HighTo));
    }

    private void Combine(int half)
    {
        for (var start = 0; start < Size; start += 2 * half)
        {
            var k = 0;
            for (; k + Vector512<double>.Count <= half; k += Vector512<double>.Count)
            {
                var (a, b) = (start + k, start + k + half);
                var (cos, sin) = (Vector512.Create(_cos, half + k), Vector512.Create(_sin, half + k));
                var (reB, imB) = (Vector512.Create(_re, b), Vector512.Create(_im, b));
                var (re, im) = (reB * cos - imB * sin, reB * sin + imB * cos);
                var (reA, imA) = (Vector512.Create(_re, a), Vector512.Create(_im, a));
                (reA - re).CopyTo(_re, b);
                (imA - im).CopyTo(_im, b);
                (reA + re).CopyTo(_re, a);
                (imA + im).CopyTo(_im, a);
            }
            for (; k < half; k++)
            {
                var (a, b) = (start + k, start + k + half);
                var (cos, sin) = (_cos[half + k], _sin[half + k]);
                var (re, im) = (_re[b] * cos - _im[b] * sin, _re[b] * sin + _im[b] * cos);
                (_re[b], _im[b]) = (_re[a] - re, _im[a] - im);
                (_re[a], _im[a]) = (_re[a] + re, _im[a] + im);
            }
        }
    }

    private double Sum(int from, int to)
    {
        var sum = 0.0;
        for (var k = from; k < to; k++) sum += _re[k] * _re[k] + _im[k] * _im[k];
        return sum;
    }
}
