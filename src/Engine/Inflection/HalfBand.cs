using System.Runtime.Intrinsics;

namespace SpeechQA.Engine.Inflection;

/// <summary>
/// Doubles or halves the sample rate with the filter that the inflection model was trained with: a sinc of 41 taps cut at a
/// quarter of the higher rate under a Kaiser window (beta 5), zero phase.
/// </summary>
internal sealed class HalfBand
{
    /// <summary>Samples at the higher rate to each side of an output.</summary>
    public const int Reach = 20;

    private const double Beta = 5;

    private const int Lanes = 8;

    // All but the centre of the taps at even distances are zero; the others are the same on both sides.
    private readonly double _centre;
    private readonly double[] _odd = new double[Reach / 2];

    public HalfBand()
    {
        var sum = 1.0;
        for (var i = 0; i < _odd.Length; i++)
        {
            var n = 2 * i + 1;
            _odd[i] = Math.Sin(Math.PI * n / 2) / (Math.PI * n / 2) * Kaiser(n / (double)Reach);
            sum += 2 * _odd[i];
        }
        _centre = 2 / sum;
        for (var i = 0; i < _odd.Length; i++) _odd[i] *= 2 / sum;
    }

    /// <summary>Twice as many samples; what lies outside counts as zero.</summary>
    /// <param name="input">Any number of samples.</param>
    /// <param name="output">Twice as long.</param>
    public void Double(ReadOnlySpan<float> input, Span<float> output)
    {
        Span<float> between = stackalloc float[Lanes];
        for (var i = 0; i < input.Length;)
        {
            var count = 1;
            if (i >= _odd.Length - 1 && i + Lanes - 1 + _odd.Length < input.Length)
            {
                count = Lanes;
                Between(input[(i + 1 - _odd.Length)..], between);
            }
            else
            {
                between[0] = (float)Between(input, i);
            }
            for (var k = 0; k < count; k++, i++)
            {
                output[2 * i] = (float)(input[i] * _centre);
                output[2 * i + 1] = between[k];
            }
        }
    }

    /// <summary>As the other, eight neighbours at a time: the same sums in the same order.</summary>
    /// <param name="input">From the first sample that the first of them needs.</param>
    private void Between(ReadOnlySpan<float> input, Span<float> output)
    {
        var sum = Vector512<double>.Zero;
        for (var i = 0; i < _odd.Length; i++)
            sum += _odd[i] * (Wide(input[(_odd.Length - 1 - i)..]) + Wide(input[(_odd.Length + i)..]));
        for (var k = 0; k < Lanes; k++) output[k] = (float)sum[k];

        static Vector512<double> Wide(ReadOnlySpan<float> from)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(from));
            return Vector512.Create(low, high);
        }
    }

    /// <summary>The sample at half the rate that lies on <c>input[centre]</c>.</summary>
    /// <param name="input">At least <see cref="Reach"/> samples to each side of the centre.</param>
    public float Half(ReadOnlySpan<float> input, int centre)
    {
        var sum = input[centre] * _centre;
        for (var i = 0; i < _odd.Length; i++) sum += _odd[i] * (input[centre - 2 * i - 1] + (double)input[centre + 2 * i + 1]);
        return (float)(sum / 2);
    }

    /// <summary>The value half a sample after <c>input[at]</c>.</summary>
    private double Between(ReadOnlySpan<float> input, int at)
    {
        var sum = 0.0;
        if (at >= _odd.Length - 1 && at + _odd.Length < input.Length)
        {
            for (var i = 0; i < _odd.Length; i++) sum += _odd[i] * (input[at - i] + (double)input[at + 1 + i]);
            return sum;
        }
        for (var i = 0; i < _odd.Length; i++)
        {
            if (at - i >= 0) sum += _odd[i] * input[at - i];
            if (at + 1 + i < input.Length) sum += _odd[i] * input[at + 1 + i];
        }
        return sum;
    }

    private static double Kaiser(double x) => Bessel0(Beta * Math.Sqrt(1 - x * x)) / Bessel0(Beta);

    /// <summary>The modified Bessel function of the first kind, order 0, by its power series.</summary>
    private static double Bessel0(double x)
    {
        double sum = 1, term = 1;
        for (var k = 1; term > sum * 1e-18; k++)
        {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }
}
