using System.Numerics;
using System.Runtime.Intrinsics;
using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Inflection;

/// <summary>What of a window is speech, by level alone.</summary>
/// <param name="ActiveSeconds">Active speech in the window.</param>
/// <param name="NewActiveSeconds">Active speech in its newest 0.5 s.</param>
/// <param name="LevelDbov">Level of the active speech; -120 without any.</param>
/// <param name="NoiseDbov">The leg's noise floor of the last 15 s.</param>
/// <param name="ClippedShare">Share of samples at full scale, 0..1.</param>
public readonly record struct WindowActivity(double ActiveSeconds, double NewActiveSeconds, double LevelDbov, double NoiseDbov,
    double ClippedShare)
{
    /// <summary>Level of the speech over the noise, dB.</summary>
    public double SnrDb => LevelDbov - NoiseDbov;
}

/// <summary>
/// Measures the speech of a leg's windows: levels of 20 ms, the noise floor (lower decile of the last 15 s) and what is
/// loud enough over it. One owner; nothing is allocated per window.
/// </summary>
public sealed class SpeechActivityGate
{
    private const int Frame = InflectionAudio.Rate / 50;
    private const int WindowFrames = InflectionAudio.WindowSamples / Frame;
    private const int HopFrames = InflectionAudio.HopSamples / Frame;
    private const int FloorFrames = 15 * 50;
    private const double FrameSeconds = Frame / (double)InflectionAudio.Rate;
    private const int PeakRank = 3;
    private const float FullScale = 0.999f;

    private readonly RunningOrder _levels = new(FloorFrames);
    private readonly double[] _window = new double[WindowFrames];
    private bool _begun;

    /// <summary>Activity of the window that ends now.</summary>
    /// <param name="window">24000 samples at 8 kHz, -1..1, 4000 of them new since the last call.</param>
    public WindowActivity Next(ReadOnlySpan<float> window)
    {
        for (var i = _begun ? WindowFrames - HopFrames : 0; i < WindowFrames; i++)
            _levels.Add(Decibels(window.Slice(i * Frame, Frame)));
        _begun = true;
        _levels.Last(_window);
        return Measure(_levels.Sorted[_levels.Count / 10], Clipped(window));
    }

    private WindowActivity Measure(double noise, double clipped)
    {
        var threshold = SpeechThreshold.Of(Quantiles.Largest(_window, PeakRank), noise);
        int active = 0, fresh = 0;
        var power = 0.0;
        for (var i = 0; i < WindowFrames; i++)
        {
            if (_window[i] <= threshold) continue;
            active++;
            if (i >= WindowFrames - HopFrames) fresh++;
            power += Math.Pow(10, _window[i] / 10);
        }
        var level = active > 0 ? 10 * Math.Log10(power / active) : -120;
        return new WindowActivity(active * FrameSeconds, fresh * FrameSeconds, level, noise, clipped);
    }

    private static double Decibels(ReadOnlySpan<float> frame)
    {
        var sum = 0.0;
        foreach (var sample in frame) sum += (double)sample * sample;
        return 10 * Math.Log10(sum / frame.Length + 1e-12);
    }

    private static double Clipped(ReadOnlySpan<float> window)
    {
        var count = 0;
        var full = Vector512.Create(FullScale);
        for (var i = 0; i < window.Length; i += Vector512<float>.Count)
            count += BitOperations.PopCount(Vector512.GreaterThanOrEqual(Vector512.Abs(Vector512.Create(window[i..])), full)
                .ExtractMostSignificantBits());
        return count / (double)window.Length;
    }
}
