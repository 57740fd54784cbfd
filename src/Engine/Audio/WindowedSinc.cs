namespace SpeechQA.Engine.Audio;

/// <summary>The coefficients of <see cref="Resampler"/>: a sinc under a Kaiser window, sampled at each phase.</summary>
internal static class WindowedSinc
{
    private const double Beta = 8;

    /// <summary>
    /// [phases + 1, taps]: row p interpolates at p / phases of a sample after the centre, its column m belongs to the
    /// input sample m - half + 1 from the centre. Each row sums to 1.
    /// </summary>
    /// <param name="rate">Input samples per second.</param>
    /// <param name="half">Samples to each side.</param>
    /// <param name="taps">Row length, at least 2 * half; the rest is zero.</param>
    /// <param name="phases">Steps between two samples.</param>
    /// <param name="cut">Frequency of half amplitude, Hz.</param>
    public static double[] Rows(int rate, int half, int taps, int phases, double cut)
    {
        var rows = new double[(phases + 1) * taps];
        var stretch = 2 * cut / rate;
        for (var phase = 0; half > 0 && phase <= phases; phase++)
        {
            var row = rows.AsSpan(phase * taps, 2 * half);
            var sum = 0.0;
            for (var m = 0; m < row.Length; m++)
            {
                var t = m - half + 1 - phase / (double)phases;
                row[m] = Sinc(stretch * t) * Kaiser(t / half);
                sum += row[m];
            }
            foreach (ref var h in row) h /= sum;
        }
        return rows;
    }

    // Exactly zero at whole numbers, where the library's sine is not.
    private static double Sinc(double x) =>
        x == 0 ? 1 : x == Math.Floor(x) ? 0 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static double Kaiser(double x) => Bessel0(Beta * Math.Sqrt(Math.Max(0, 1 - x * x))) / Bessel0(Beta);

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
