using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>
/// Measures the <see cref="ProsodyFacts"/> of a leg's windows. One owner; nothing is allocated per window.
/// </summary>
public sealed class ProsodyMeter
{
    private const int Frames = ProsodyFrames.WindowFrames;
    private const int FloorFrames = 1500;                               // 15 s
    private const int SmoothFrames = 9;                                 // 90 ms
    private const int FewestVoiced = 20, FewestActive = 50;
    private const double SyllableDip = 2.0;                             // dB

    private readonly ProsodyFrames _frames = new();
    private readonly RunningOrder _levels = new(FloorFrames);
    private readonly PitchPath _path = new();
    private readonly double[] _hertz = new double[Frames];
    private readonly double[] _semitones = new double[Frames];

    /// <summary>Facts of the window that ends now.</summary>
    /// <param name="window">24000 samples at 8 kHz, -1..1, 4000 of them new since the last call.</param>
    public ProsodyFacts Next(ReadOnlySpan<float> window)
    {
        var fresh = _frames.Next(window);
        foreach (var level in _frames.Levels.AsSpan(Frames - fresh)) _levels.Add(level);

        var peak = Quantiles.Largest(_frames.Levels, Frames / 50);
        var noise = Quantiles.Of(_levels.Sorted, 0.1);
        var threshold = SpeechThreshold.Of(peak, noise);
        _path.Find(_frames, Math.Max(peak - 30, SpeechThreshold.Lowest), _hertz);
        return Measure(threshold, noise);
    }

    private ProsodyFacts Measure(double threshold, double noise)
    {
        int active = 0, fresh = 0, voiced = 0;
        double power = 0, low = 0, high = 0;
        for (var i = 0; i < Frames; i++)
        {
            if (_frames.Levels[i] <= threshold) continue;
            active++;
            if (i >= Frames - ProsodyFrames.HopFrames) fresh++;
            power += Math.Pow(10, _frames.Levels[i] / 10);
            if (_hertz[i] <= 0) continue;
            _semitones[voiced++] = 12 * Math.Log2(_hertz[i] / 100);
            low += _frames.Low[i];
            high += _frames.High[i];
        }
        var pitch = _semitones.AsSpan(0, voiced);
        pitch.Sort();
        var sure = voiced >= FewestVoiced;
        return new ProsodyFacts
        {
            ActiveSeconds = active / 100.0,
            NewActiveSeconds = fresh / 100.0,
            VoicedSeconds = voiced / 100.0,
            NoiseDbov = noise,
            LevelDbov = active > 0 ? ProsodyFrames.Decibels(power / active) : -120,
            Pitch = sure ? Quantiles.Of(pitch, 0.5) : double.NaN,
            PitchRange = sure ? Quantiles.Of(pitch, 0.8) - Quantiles.Of(pitch, 0.2) : double.NaN,
            HighPitch = sure ? Quantiles.Of(pitch, 0.8) : double.NaN,
            TiltDb = sure ? ProsodyFrames.Decibels(high) - ProsodyFrames.Decibels(low) : double.NaN,
            SyllableRate = active >= FewestActive ? Syllables(threshold) / (active / 100.0) : double.NaN,
        };
    }

    /// <summary>Nuclei: voiced peaks of the smoothed level that rise 2 dB above the dip before them.</summary>
    private int Syllables(double threshold)
    {
        var count = 0;
        var dip = double.MaxValue;
        var (before, here) = (Smooth(0), Smooth(1));
        for (var i = 1; i < Frames - 1; i++)
        {
            var after = Smooth(i + 1);
            dip = Math.Min(dip, here);
            if (here > before && here >= after && here > threshold && here - dip >= SyllableDip && _hertz[i] > 0)
            {
                count++;
                dip = here;
            }
            (before, here) = (here, after);
        }
        return count;
    }

    private double Smooth(int centre)
    {
        var sum = 0.0;
        for (var i = centre - SmoothFrames / 2; i <= centre + SmoothFrames / 2; i++) sum += _frames.Levels[Math.Clamp(i, 0, Frames - 1)];
        return sum / SmoothFrames;
    }
}
