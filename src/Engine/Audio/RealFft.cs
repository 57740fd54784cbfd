using System.Numerics;
using System.Runtime.Intrinsics;

namespace SpeechQA.Engine.Audio;

/// <summary>
/// Power spectra of four real frames at once (one per vector lane), in double precision: of a logarithmic spectrum, bands
/// 80 dB below the loudest must be right to 1e-4. Real samples are half as many complex ones; the transform is Stockham's
/// with radices 4, 2 and 5.
/// </summary>
/// <remarks>Holds scratch memory: one instance per thread.</remarks>
internal sealed class RealFft
{
    private readonly int _real, _complex;
    private readonly int[] _radices;
    private readonly Complex[] _turn;   // exp(-2 pi i k / length)
    private Four[] _from, _into;

    /// <param name="length">Samples of a frame: a multiple of 4 without prime factors but 2 and 5.</param>
    public RealFft(int length)
    {
        (_real, _complex) = (length, length / 2);
        _radices = [.. Radices(_complex)];
        _turn = [.. Enumerable.Range(0, _real).Select(k =>
            new Complex(Math.Cos(2 * Math.PI * k / _real), -Math.Sin(2 * Math.PI * k / _real)))];
        (_from, _into) = (new Four[_complex], new Four[_complex]);
    }

    /// <summary>A complex number of each frame.</summary>
    private readonly struct Four(Vector256<double> re, Vector256<double> im)
    {
        public readonly Vector256<double> Re = re, Im = im;

        public static Four operator +(Four a, Four b) => new(a.Re + b.Re, a.Im + b.Im);

        public static Four operator -(Four a, Four b) => new(a.Re - b.Re, a.Im - b.Im);

        public static Four operator *(Four a, Complex b) => new(a.Re * b.Real - a.Im * b.Imaginary, a.Re * b.Imaginary + a.Im * b.Real);

        public static Four operator *(double a, Four b) => new(a * b.Re, a * b.Im);

        /// <summary>Times -i.</summary>
        public Four Back => new(Im, -Re);
    }

    private static IEnumerable<int> Radices(int n)
    {
        foreach (var radix in (int[])[4, 2, 5])
            for (; n % radix == 0; n /= radix) yield return radix;
    }

    /// <param name="samples">Frame f begins at f * <paramref name="hop"/>.</param>
    /// <param name="window">As long as a frame.</param>
    /// <param name="power">Squared magnitude by bin, from 0 to half the rate: half a frame and one.</param>
    public void Power(ReadOnlySpan<float> samples, int hop, ReadOnlySpan<float> window, Span<Vector256<double>> power)
    {
        Load(samples, hop, window);
        Transform();
        Untangle(power);
    }

    private void Load(ReadOnlySpan<float> samples, int hop, ReadOnlySpan<float> window)
    {
        for (var i = 0; i < _real; i += 4)
        {
            var w = Vector128.Create(window[i..]);
            var a = Vector128.Create(samples[i..]) * w;
            var b = Vector128.Create(samples[(hop + i)..]) * w;
            var c = Vector128.Create(samples[(2 * hop + i)..]) * w;
            var d = Vector128.Create(samples[(3 * hop + i)..]) * w;
            _from[i / 2] = new Four(Vector256.Create(a[0], b[0], c[0], (double)d[0]), Vector256.Create(a[1], b[1], c[1], (double)d[1]));
            _from[i / 2 + 1] = new Four(Vector256.Create(a[2], b[2], c[2], (double)d[2]), Vector256.Create(a[3], b[3], c[3], (double)d[3]));
        }
    }

    private void Transform()
    {
        var (n, stride) = (_complex, 1);
        foreach (var radix in _radices)
        {
            var m = n / radix;
            for (var p = 0; p < m; p++)
            {
                // exp(-2 pi i p / n) is entry length * p / n of the table.
                var turn = _real / n * p;
                var from = _from.AsSpan(stride * p);
                var into = _into.AsSpan(stride * radix * p, stride * radix);
                if (radix == 4) Radix4(from, stride * m, into, stride, turn);
                else if (radix == 2) Radix2(from, stride * m, into, stride, turn);
                else Radix5(from, stride * m, into, stride, turn);
            }
            (_from, _into) = (_into, _from);
            (n, stride) = (m, stride * radix);
        }
    }

    private void Radix2(ReadOnlySpan<Four> from, int far, Span<Four> into, int near, int turn)
    {
        var t1 = _turn[turn];
        for (var q = 0; q < near; q++)
        {
            var (a, b) = (from[q], from[q + far]);
            into[q] = a + b;
            into[q + near] = (a - b) * t1;
        }
    }

    private void Radix4(ReadOnlySpan<Four> from, int far, Span<Four> into, int near, int turn)
    {
        var (t1, t2, t3) = (_turn[turn], _turn[2 * turn], _turn[3 * turn]);
        for (var q = 0; q < near; q++)
        {
            var (a, b, c, d) = (from[q], from[q + far], from[q + 2 * far], from[q + 3 * far]);
            var (s, t, u, v) = (a + c, a - c, b + d, (b - d).Back);
            into[q] = s + u;
            into[q + near] = (t + v) * t1;
            into[q + 2 * near] = (s - u) * t2;
            into[q + 3 * near] = (t - v) * t3;
        }
    }

    private void Radix5(ReadOnlySpan<Four> from, int far, Span<Four> into, int near, int turn)
    {
        // cos and sin of 72 and 144 degrees.
        const double c1 = 0.30901699437494742, c2 = -0.80901699437494742, s1 = 0.95105651629515357, s2 = 0.58778525229247313;
        for (var q = 0; q < near; q++)
        {
            var (a, b, c, d, e) = (from[q], from[q + far], from[q + 2 * far], from[q + 3 * far], from[q + 4 * far]);
            var (p, r, u, v) = (b + e, b - e, c + d, c - d);
            var (f, g) = (a + c1 * p + c2 * u, a + c2 * p + c1 * u);
            var (h, k) = ((s1 * r + s2 * v).Back, (s2 * r - s1 * v).Back);
            into[q] = a + p + u;
            into[q + near] = (f + h) * _turn[turn];
            into[q + 2 * near] = (g + k) * _turn[2 * turn];
            into[q + 3 * near] = (g - k) * _turn[3 * turn];
            into[q + 4 * near] = (f - h) * _turn[4 * turn];
        }
    }

    /// <summary>Spectrum of the real samples from that of the half as many complex ones.</summary>
    private void Untangle(Span<Vector256<double>> power)
    {
        for (var k = 0; k <= _complex / 2; k++)
        {
            var (a, b) = (_from[k], _from[k == 0 ? 0 : _complex - k]);
            var even = new Four(a.Re + b.Re, a.Im - b.Im);
            var odd = new Four(a.Im + b.Im, b.Re - a.Re);
            power[k] = Power(even, odd, _turn[k]);
            // The bin as far from the other end has the conjugates of both.
            power[_complex - k] = Power(new Four(even.Re, -even.Im), new Four(odd.Re, -odd.Im), _turn[_complex - k]);
        }
    }

    private static Vector256<double> Power(Four even, Four odd, Complex turn)
    {
        var re = even.Re + odd.Re * turn.Real - odd.Im * turn.Imaginary;
        var im = even.Im + odd.Re * turn.Imaginary + odd.Im * turn.Real;
        return (re * re + im * im) * 0.25;
    }
}
