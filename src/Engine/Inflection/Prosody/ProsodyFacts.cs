namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>
/// How something was said: measured, with no trained model. Pitch, range, tilt and rate are NaN where a window has too
/// little voiced speech (0.2 s) or active speech (0.5 s).
/// </summary>
public readonly record struct ProsodyFacts
{
    /// <summary>Active speech in the window, seconds.</summary>
    public double ActiveSeconds { get; init; }

    /// <summary>Active speech in its newest 0.5 s, seconds.</summary>
    public double NewActiveSeconds { get; init; }

    /// <summary>Voiced speech in the window, seconds.</summary>
    public double VoicedSeconds { get; init; }

    /// <summary>Noise floor, dBov.</summary>
    public double NoiseDbov { get; init; }

    /// <summary>Level of the active speech, dBov; -120 without any.</summary>
    public double LevelDbov { get; init; }

    /// <summary>Median pitch, semitones above 100 Hz.</summary>
    public double Pitch { get; init; }

    /// <summary>From the 20th to the 80th percentile of pitch, semitones.</summary>
    public double PitchRange { get; init; }

    /// <summary>80th percentile of pitch, semitones above 100 Hz.</summary>
    public double HighPitch { get; init; }

    /// <summary>1000-3400 Hz over 300-1000 Hz in voiced speech, dB: vocal effort, whatever the line's gain.</summary>
    public double TiltDb { get; init; }

    /// <summary>Syllables per second of active speech (idea of de Jong and Wempe 2009).</summary>
    public double SyllableRate { get; init; }

    /// <summary>Level of the speech over the noise, dB.</summary>
    public double SnrDb => LevelDbov - NoiseDbov;

    /// <summary>Median pitch, Hz.</summary>
    public double PitchHertz => 100 * Math.Pow(2, Pitch / 12);

    /// <summary>Confidence in the pitch: voiced share of the active speech, 0..1 (of normal speech about 0.6).</summary>
    public double Voicing => ActiveSeconds > 0 ? VoicedSeconds / ActiveSeconds : 0;
}

/// <summary>Differences to the leg's own calm speech, in the units of <see cref="ProsodyFacts"/>; NaN where unknown.</summary>
public readonly record struct ProsodyChange(double Pitch, double PitchRange, double LevelDb, double TiltDb, double SyllableRate)
{
    /// <summary>Nothing can be said: there is no baseline, or no voice.</summary>
    public static readonly ProsodyChange Unknown = new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
}
