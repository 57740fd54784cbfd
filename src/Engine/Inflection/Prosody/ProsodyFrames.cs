using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>
/// What is kept of each 10 ms of a leg, for the last 3 s. Frames overlap: 368 samples every 80, named by their last sample;
/// the level is that of the middle 20 ms. A frame is computed once; a window's facts are made from 300 of them.
/// </summary>
internal sealed class ProsodyFrames
{
    public const int Hop = InflectionAudio.Rate / 100;
    public const int WindowFrames = InflectionAudio.WindowSamples / Hop;
    public const int HopFrames = InflectionAudio.HopSamples / Hop;

    private const int Middle = 160;
    private const int Bands = 256;
    private const double LeastPower = 1e-12;

    private readonly YinPitch _yin = new();
    private readonly VoiceBands _bands = new();
    private readonly float[] _samples = new float[YinPitch.FrameSamples];
    private int _known;     // frames of the window that are computed

    /// <summary>Level of each frame, dBov, the oldest first.</summary>
    public double[] Levels { get; } = new double[WindowFrames];

    /// <summary>[frames][candidates], see <see cref="YinPitch"/>.</summary>
    public PitchCandidate[] Pitches { get; } = new PitchCandidate[WindowFrames * YinPitch.MostCandidates];

    /// <summary>Power of 300-1000 Hz and of 1000-3400 Hz.</summary>
    public double[] Low { get; } = new double[WindowFrames];

    /// <inheritdoc cref="Low"/>
    public double[] High { get; } = new double[WindowFrames];

    /// <summary>Moves on to the window that ends now and answers how many frames are new.</summary>
    /// <param name="window">24000 samples; silence came before the leg's first.</param>
    public int Next(ReadOnlySpan<float> window)
    {
        var kept = _known == 0 ? 0 : WindowFrames - HopFrames;
        if (kept > 0) Shift();
        for (var i = kept; i < WindowFrames; i++) Compute(window, i);
        _known = WindowFrames;
        return WindowFrames - kept;
    }

    private void Shift()
    {
        const int kept = WindowFrames - HopFrames;
        Array.Copy(Levels, HopFrames, Levels, 0, kept);
        Array.Copy(Low, HopFrames, Low, 0, kept);
        Array.Copy(High, HopFrames, High, 0, kept);
        Array.Copy(Pitches, HopFrames * YinPitch.MostCandidates, Pitches, 0, kept * YinPitch.MostCandidates);
    }

    private void Compute(ReadOnlySpan<float> window, int i)
    {
        var end = (i + 1) * Hop;
        var missing = Math.Max(0, _samples.Length - end);
        _samples.AsSpan(0, missing).Clear();
        window[(end - _samples.Length + missing)..end].CopyTo(_samples.AsSpan(missing));

        Levels[i] = Level();
        var pitches = Pitches.AsSpan(i * YinPitch.MostCandidates, YinPitch.MostCandidates);
        if (Levels[i] > SpeechThreshold.Lowest)
        {
            _yin.Candidates(_samples, pitches);
            (Low[i], High[i]) = _bands.Powers(_samples.AsSpan((_samples.Length - Bands) / 2, Bands));
        }
        else
        {
            // Never speech: nobody will look at its pitch.
            pitches.Clear();
            (Low[i], High[i]) = (0, 0);
        }
    }

    private double Level()
    {
        var sum = 0.0;
        foreach (var sample in _samples.AsSpan((_samples.Length - Middle) / 2, Middle)) sum += (double)sample * sample;
        return Decibels(sum / Middle);
    }

    public static double Decibels(double power) => 10 * Math.Log10(Math.Max(power, LeastPower));
}
