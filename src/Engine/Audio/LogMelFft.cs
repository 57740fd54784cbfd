using System.Runtime.Intrinsics;

namespace SpeechQA.Engine.Audio;

/// <summary>
/// Power spectra of four real 400-sample frames at once (one per vector lane), in double precision: bands 80 dB below the
/// loudest must be right to 1e-4. 400 real samples are 200 complex ones; the transform is Stockham's with radices 4, 2, 5, 5.
/// </summary>
internal sealed class RealFft400
{
    private const int Real = LogMel.FrameLength;
    private const int Complex = Real / 2;
    private static ReadOnlySpan<int> Radices => [4, 2, 5, 5];

    private readonly (double Cos, double Sin)[] _turn = new (double, double)[Real];   // exp(-2 pi i k / 400)
    private Vector256<double>[] _re = new Vector256<double>[Complex];
    private Vector256<double>[] _im = new Vector256<double>[Complex];
    private Vector256<double>[] _re2 = new Vector256<double>[Complex];
    private Vector256<double>[] _im2 = new Vector256<double>[Complex];

    public RealFft400()
    {
        for (var k = 0; k < Real; k++)
            _turn[k] = (Math.Cos(2 * Math.PI * k / Real), -Math.Sin(2 * Math.PI * k / Real));
    }

    /// <param name="samples">Frame f begins at f * <paramref name="hop"/>.</param>
    /// <param name="window">[400].</param>
    /// <param name="power">[201]: squared magnitude, bin k = k * 40 Hz at 16 kHz.</param>
    public void Power(ReadOnlySpan<float> samples, int hop, ReadOnlySpan<float> window, Span<Vector256<double>> power)
    {
        var a = samples;
        var b = samples[hop..];
        var c = samples[(2 * hop)..];
        var d = samples[(3 * hop)..];
        for (var i = 0; i < Complex; i++)
        {
            var (j, w, v) = (2 * i, window[2 * i], window[2 * i + 1]);
            _re[i] = Vector256.Create(a[j] * w, b[j] * w, c[j] * w, (double)(d[j] * w));
            _im[i] = Vector256.Create(a[j + 1] * v, b[j + 1] * v, c[j + 1] * v, (double)(d[j + 1] * v));
        }
        Transform();
        Untangle(power);
    }

    private void Transform()
    {
        var (n, stride) = (Complex, 1);
        foreach (var radix in Radices)
        {
            var m = n / radix;
            for (var p = 0; p < m; p++)
            {
                // exp(-2 pi i p / n) is entry 400 p / n of the table.
                var turn = Real / n * p;
                for (var q = 0; q < stride; q++)
                {
                    var from = q + stride * p;
                    var into = q + stride * radix * p;
                    if (radix == 2) Two(from, stride * m, into, stride, turn);
                    else if (radix == 4) Four(from, stride * m, into, stride, turn);
                    else Five(from, stride * m, into, stride, turn);
                }
            }
            (_re, _re2, _im, _im2) = (_re2, _re, _im2, _im);
            (n, stride) = (m, stride * radix);
        }
    }

    private void Two(int from, int far, int into, int near, int turn)
    {
        var (ar, ai, br, bi) = (_re[from], _im[from], _re[from + far], _im[from + far]);
        Put(into, ar + br, ai + bi, 0);
        Put(into + near, ar - br, ai - bi, turn);
    }

    private void Four(int from, int far, int into, int near, int turn)
    {
        var (ar, ai, br, bi) = (_re[from], _im[from], _re[from + far], _im[from + far]);
        var (cr, ci, dr, di) = (_re[from + 2 * far], _im[from + 2 * far], _re[from + 3 * far], _im[from + 3 * far]);
        var (sr, si, tr, ti) = (ar + cr, ai + ci, ar - cr, ai - ci);
        var (ur, ui, vr, vi) = (br + dr, bi + di, br - dr, bi - di);
        Put(into, sr + ur, si + ui, 0);
        Put(into + near, tr + vi, ti - vr, turn);
        Put(into + 2 * near, sr - ur, si - ui, 2 * turn);
        Put(into + 3 * near, tr - vi, ti + vr, 3 * turn);
    }

    private void Five(int from, int far, int into, int near, int turn)
    {
        // cos and sin of 72 and 144 degrees.
        const double c1 = 0.30901699437494742, c2 = -0.80901699437494742, s1 = 0.95105651629515357, s2 = 0.58778525229247313;
        var (ar, ai) = (_re[from], _im[from]);
        var (br, bi, er, ei) = (_re[from + far], _im[from + far], _re[from + 4 * far], _im[from + 4 * far]);
        var (cr, ci, dr, di) = (_re[from + 2 * far], _im[from + 2 * far], _re[from + 3 * far], _im[from + 3 * far]);
        var (pr, pi, qr, qi) = (br + er, bi + ei, br - er, bi - ei);
        var (ur, ui, vr, vi) = (cr + dr, ci + di, cr - dr, ci - di);
        var (fr, fi) = (ar + c1 * pr + c2 * ur, ai + c1 * pi + c2 * ui);
        var (gr, gi) = (ar + c2 * pr + c1 * ur, ai + c2 * pi + c1 * ui);
        var (hr, hi) = (s1 * qr + s2 * vr, s1 * qi + s2 * vi);
        var (kr, ki) = (s2 * qr - s1 * vr, s2 * qi - s1 * vi);
        Put(into, ar + pr + ur, ai + pi + ui, 0);
        Put(into + near, fr + hi, fi - hr, turn);
        Put(into + 2 * near, gr + ki, gi - kr, 2 * turn);
        Put(into + 3 * near, gr - ki, gi + kr, 3 * turn);
        Put(into + 4 * near, fr - hi, fi + hr, 4 * turn);
    }

    private void Put(int at, Vector256<double> re, Vector256<double> im, int turn)
    {
        var (cos, sin) = _turn[turn];
        _re2[at] = re * cos - im * sin;
        _im2[at] = re * sin + im * cos;
    }

    /// <summary>Spectrum of the 400 real samples from that of the 200 complex ones.</summary>
    private void Untangle(Span<Vector256<double>> power)
    {
        for (var k = 0; k <= Complex; k++)
        {
            var (i, j) = (k % Complex, (Complex - k) % Complex);
            var (er, ei) = (_re[i] + _re[j], _im[i] - _im[j]);
            var (or, oi) = (_im[i] + _im[j], _re[j] - _re[i]);
            var (cos, sin) = _turn[k];
            var re = er + or * cos - oi * sin;
            var im = ei + or * sin + oi * cos;
            power[k] = (re * re + im * im) * 0.25;
        }
    }
}
