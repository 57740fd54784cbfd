using System.Runtime.Intrinsics;

namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>A dip of YIN's function.</summary>
/// <param name="Hertz">Pitch; 0: no candidate.</param>
/// <param name="Octaves">log2 of <paramref name="Hertz"/>.</param>
/// <param name="Cost">Depth of the dip, 0 (periodic) .. 0.7.</param>
internal readonly record struct PitchCandidate(double Hertz, double Octaves, double Cost);

/// <summary>
/// Pitch candidates of a frame by YIN (de Cheveigne and Kawahara, JASA 2002, equations 6 and 8): difference function over
/// 30 ms at lags of 62.5-500 Hz, cumulative mean normalisation, the deepest dips with parabolic interpolation. Sums run in
/// a fixed order, so the same samples give the same bits on every machine.
/// </summary>
internal sealed class YinPitch
{
    public const int MostCandidates = 4;

    /// <summary>Samples that a frame needs: the integration length and the longest lag.</summary>
    public const int FrameSamples = Integration + LongestLag;

    private const int Integration = 240;
    private const int ShortestLag = 16, LongestLag = 128;
    private const double ShallowestDip = 0.70;

    /// <summary>Lags whose products are summed at the same time.</summary>
    private const int Together = 4;

    private readonly double[] _centred = new double[FrameSamples];
    private readonly double[] _energy = new double[FrameSamples + 1];       // of the first n samples
    private readonly double[] _products = new double[Together];
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
        var mean = 0.0;
        foreach (var sample in samples) mean += sample;
        mean /= FrameSamples;
        var energy = 0.0;
        for (var i = 0; i < FrameSamples; i++)
        {
            var value = samples[i] - mean;
            _centred[i] = value;
            energy += value * value;
            _energy[i + 1] = energy;
        }
    }

    private void Normalise()
    {
        _normalised[0] = 1;
        var sum = 0.0;
        for (var first = 1; first <= LongestLag; first += Together)
        {
            Products(first);
            for (var lag = first; lag < first + Together; lag++)
            {
                // The difference function by its parts: the energies of both stretches less twice their product.
                var difference = Math.Max(_energy[Integration] + (_energy[Integration + lag] - _energy[lag]) - 2 * _products[lag - first], 0);
                sum += difference;
                _normalised[lag] = difference * lag / Math.Max(sum, 1e-12);
            }
        }
    }

    /// <summary>
    /// Products with what lies <paramref name="lag"/> and the next lags further. One alone would wait for each addition; each has eight
    /// sums, whose halves are added first: what two vectors of four give on processors that have no wider ones.
    /// </summary>
    private void Products(int lag)
    {
        var (s0, s1, s2, s3) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero);
        for (var i = 0; i < Integration; i += Vector512<double>.Count)
        {
            var a = Vector512.Create(_centred, i);
            s0 += a * Vector512.Create(_centred, i + lag);
            s1 += a * Vector512.Create(_centred, i + lag + 1);
            s2 += a * Vector512.Create(_centred, i + lag + 2);
            s3 += a * Vector512.Create(_centred, i + lag + 3);
        }
        (_products[0], _products[1], _products[2], _products[3]) = (Sum(s0), Sum(s1), Sum(s2), Sum(s3));

        static double Sum(Vector512<double> sums)
        {
            var sum = sums.GetLower() + sums.GetUpper();
            return (sum[0] + sum[1]) + (sum[2] + sum[3]);
        }
    }
}
