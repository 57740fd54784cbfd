using System.Runtime.Intrinsics;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Audio;

/// <summary>Slaney's mel triangles over the 201 bins (40 Hz) of a 400-sample frame at 16 kHz, area-normalised, 0..8000 Hz.</summary>
internal sealed class MelFilters
{
    private const int Bins = LogMel.FrameLength / 2 + 1;

    private readonly (int First, float[] Weights)[] _bands;

    private MelFilters((int, float[])[] bands) => _bands = bands;

    public static MelFilters Slaney(int bands)
    {
        // Linear below 1 kHz (200/3 Hz per mel), logarithmic above (27 mels per factor 6.4).
        const double step = 200.0 / 3, knee = 1000.0;
        var logStep = Math.Log(6.4) / 27;
        var top = knee / step + Math.Log(AudioTime.Rate / 2 / knee) / logStep;
        var edges = new double[bands + 2];
        for (var i = 0; i < edges.Length; i++)
        {
            var mel = top * i / (bands + 1);
            edges[i] = mel * step < knee ? mel * step : knee * Math.Exp(logStep * (mel - knee / step));
        }
        var filters = new (int, float[])[bands];
        for (var b = 0; b < bands; b++) filters[b] = Triangle(edges[b], edges[b + 1], edges[b + 2]);
        return new MelFilters(filters);
    }

    /// <summary>Mel power of up to four frames: one lane of <paramref name="power"/> per frame.</summary>
    /// <param name="power">[201] bins.</param>
    /// <param name="mel">[frames][bands].</param>
    public void Apply(ReadOnlySpan<Vector256<double>> power, Span<float> mel, float floor)
    {
        var frames = mel.Length / _bands.Length;
        for (var b = 0; b < _bands.Length; b++)
        {
            var (first, weights) = _bands[b];
            var sum = Vector256<double>.Zero;
            for (var i = 0; i < weights.Length; i++) sum += power[first + i] * weights[i];
            var four = Vector128.Max(Vector128.Narrow(sum.GetLower(), sum.GetUpper()), Vector128.Create(floor));
            mel[b] = four[0];
            if (frames > 1) mel[_bands.Length + b] = four[1];
            if (frames > 2) mel[2 * _bands.Length + b] = four[2];
            if (frames > 3) mel[3 * _bands.Length + b] = four[3];
        }
    }

    /// <summary>[bands][201], as the model's exporter stores them.</summary>
    internal float[] Dense()
    {
        var dense = new float[_bands.Length * Bins];
        for (var b = 0; b < _bands.Length; b++)
            _bands[b].Weights.CopyTo(dense.AsSpan(b * Bins + _bands[b].First));
        return dense;
    }

    private static (int, float[]) Triangle(double low, double centre, double high)
    {
        var weights = new float[Bins];
        for (var k = 0; k < Bins; k++)
        {
            var hertz = k * (double)AudioTime.Rate / LogMel.FrameLength;
            var value = Math.Min((hertz - low) / (centre - low), (high - hertz) / (high - centre));
            weights[k] = (float)(Math.Max(0, value) * (2 / (high - low)));
        }
        var first = Array.FindIndex(weights, w => w > 0);
        if (first < 0) return (0, []);
        var last = Array.FindLastIndex(weights, w => w > 0);
        return (first, weights[first..(last + 1)]);
    }
}
