using System.Runtime.Intrinsics;
using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>A dip of YIN's function.</summary>
/// <param name="Hertz">Pitch; 0: no candidate.</param>
/// <param name="Octaves">log2 of <paramref name="Hertz"/>.</param>
/// <param name="Cost">Depth of the dip, 0 (periodic) .. 0.7.</param>
internal readonly record struct PitchCandidate(double Hertz, double Octaves, double Cost);

/// <summary>
/// Pitch candidates of a frame by YIN (de Cheveigne and Kawahara, JASA 2002, equations 6 and 8): difference function over
/// 30 ms at lags of 62.5-500 Hz, cumulative mean normalisation, the deepest dips with parabolic interpolation. Products are summed in
/// single precision (a part in a million of the energy, where a dip is a thousandth deep at least) and in a fixed order, so the same
/// samples give the same bits on every machine.
/// </summary>
internal sealed class YinPitch
{
    public const int MostCandidates = 4;

    private static readonly Vector512<double> Lags = Vector512.Create(0.0, 1, 2, 3, 4, 5, 6, 7);

    /// <summary>Samples that a frame needs: the integration length and the longest lag.</summary>
    public const int FrameSamples = Integration + LongestLag;

    private const int Integration = 240;
    private const int ShortestLag = 16, LongestLag = 128;
    private const double ShallowestDip = 0.70;

    private const int Lanes = 16;

    /// <summary>Lags whose products are summed at the same time.</summary>
    private const int Together = 8;

    private readonly float[] _centred = new float[FrameSamples];
    private readonly double[] _energies = new double[LongestLag + 1];       // of both stretches
    private readonly double[] _differences = new double[LongestLag + 1];
    private readonly double[] _sums = new double[LongestLag + 1];            // of the differences up to a lag
    private readonly double[] _normalised = new double[LongestLag + 1];

    /// <summary>Writes the deepest dips, the deepest first; empty places get the default.</summary>
    /// <param name="samples">368 samples at 8 kHz.</param>
    /// <param name="candidates">4 places.</param>
    public void Candidates(ReadOnlySpan<float> samples, Span<PitchCandidate> candidates)
    {
        Centre(samples);
        Normalise();
        candidates.Clear();
        var count = 0;
        var v = _normalised;
        for (var lag = ShortestLag; lag < LongestLag; lag++)
        {
            if (v[lag] < ShallowestDip && v[lag] <= v[lag - 1] && v[lag] < v[lag + 1])
                count = Insert(candidates, count, lag);
        }
        foreach (ref var candidate in candidates[..count]) candidate = Interpolate((int)candidate.Hertz);
    }

    /// <summary>Keeps the deepest lags in order (as their number in <c>Hertz</c> and their depth in <c>Cost</c>).</summary>
    private int Insert(Span<PitchCandidate> deepest, int count, int lag)
    {
        var at = count;
        while (at > 0 && deepest[at - 1].Cost > _normalised[lag]) at--;
        if (at == deepest.Length) return count;
        count = Math.Min(count + 1, deepest.Length);
        deepest[at..(count - 1)].CopyTo(deepest[(at + 1)..]);
        deepest[at] = new PitchCandidate(lag, 0, _normalised[lag]);
        return count;
    }

    private PitchCandidate Interpolate(int lag)
    {
        var (before, at, after) = (_normalised[lag - 1], _normalised[lag], _normalised[lag + 1]);
        var curve = before - 2 * at + after;
        var offset = curve > 1e-12 ? 0.5 * (before - after) / curve : 0;
        var hertz = InflectionAudio.Rate / (lag + offset);
        return new PitchCandidate(hertz, Math.Log2(hertz), at - 0.25 * (before - after) * offset);
    }

    private void Centre(ReadOnlySpan<float> samples)
    {
        var sums = Vector512<float>.Zero;
        for (var i = 0; i < FrameSamples; i += Lanes) sums += Vector512.Create(samples[i..]);
        var mean = Vector512.Create((float)(Sum(sums) / FrameSamples));
        for (var i = 0; i < FrameSamples; i += Lanes) (Vector512.Create(samples[i..]) - mean).CopyTo(_centred, i);
    }

    private void Normalise()
    {
        var first = Energy();
        var shifted = first;
        for (var lag = 1; lag <= LongestLag; lag++)
        {
            shifted += Square(_centred[Integration + lag - 1]) - Square(_centred[lag - 1]);
            _energies[lag] = first + shifted;
        }
        // The difference function by its parts: the energies of both stretches less twice their product.
        for (var from = 1; from <= LongestLag; from += Together)
            Vector512.MaxNative(Vector512.Create(_energies, from) - 2 * Products(from), Vector512<double>.Zero).CopyTo(_differences, from);
        var sum = 0.0;
        for (var lag = 1; lag <= LongestLag; lag++) _sums[lag] = sum += _differences[lag];
        for (var from = 1; from <= LongestLag; from += Together)
        {
            var lags = Lags + Vector512.Create((double)from);
            (Vector512.Create(_differences, from) * lags / Vector512.MaxNative(Vector512.Create(_sums, from), Vector512.Create(1e-12)))
                .CopyTo(_normalised, from);
        }

        static double Square(double value) => value * value;
    }

    /// <summary>Of the first stretch.</summary>
    private double Energy()
    {
        var sums = Vector512<float>.Zero;
        for (var i = 0; i < Integration; i += Lanes)
        {
            var a = Vector512.Create(_centred, i);
            sums = Vector512.FusedMultiplyAdd(a, a, sums);
        }
        return Sum(sums);
    }

    /// <summary>Products with what lies <paramref name="lag"/> and the next lags further: one alone would wait for each addition.</summary>
    private Vector512<double> Products(int lag)
    {
        ref var from = ref _centred[0];
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (var i = 0; i < Integration; i += Lanes)
        {
            var a = Vector512.LoadUnsafe(ref from, (nuint)i);
            var at = (nuint)(i + lag);
            s0 = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref from, at), s0);
            s1 = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref from, at + 1), s1);
            s2 = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref from, at + 2), s2);
            s3 = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref from, at + 3), s3);
            s4 = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref from, at + 4), s4);
            s5 = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref from, at + 5), s5);
            s6 = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref from, at + 6), s6);
            s7 = Vector512.FusedMultiplyAdd(a, Vector512.LoadUnsafe(ref from, at + 7), s7);
        }
        return Vector512.Create(Sum(s0), Sum(s1), Sum(s2), Sum(s3), Sum(s4), Sum(s5), Sum(s6), (double)Sum(s7));
    }

    private static float Sum(Vector512<float> sums)
    {
        var eight = sums.GetLower() + sums.GetUpper();
        var four = eight.GetLower() + eight.GetUpper();
        return (four[0] + four[1]) + (four[2] + four[3]);
    }
}
