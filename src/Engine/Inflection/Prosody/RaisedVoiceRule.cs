namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>
/// A voice is raised when its pitch is well up and it is louder or spoken with more effort. It says nothing about why:
/// happiness and fear raise a voice as anger does. While little calm speech of the caller is known, a little more change is
/// asked; what that finds and what it costs is in docs/decisions/0022-raised-voice.md.
/// </summary>
public sealed record RaisedVoiceRule
{
    /// <summary>Windows in a row until a raised voice is reported.</summary>
    internal const int Windows = 2;

    private const double PitchUp = 3.0;                 // semitones
    private const double LevelUp = 4.0, TiltUp = 3.0;   // dB
    private const double LevelDown = -4.0;              // dB: not while clearly softer than usual

    /// <summary>From 3 s of calm speech on.</summary>
    public static readonly RaisedVoiceRule Default = new();

    /// <summary>Silent until 8 s of calm speech are known, and these are counted later: as the reference has it.</summary>
    public static readonly RaisedVoiceRule Late = new() { StartSeconds = 8, CountsFirstWindow = false };

    /// <summary>Calm speech from which a change means something, seconds.</summary>
    public double StartSeconds { get; init; } = 3;

    /// <summary>Calm speech from which no more change is asked than ever after, seconds.</summary>
    public double SettledSeconds { get; init; } = 8;

    /// <summary>
    /// What is asked on top at <see cref="StartSeconds"/>, semitones and dB; less and less up to <see cref="SettledSeconds"/>.
    /// </summary>
    public double StartMargin { get; init; } = 1;

    /// <summary>Whether all speech of the first usable window counts, or only that of its newest 0.5 s as in later ones.</summary>
    public bool CountsFirstWindow { get; init; } = true;

    /// <summary>Whether enough calm speech is known.</summary>
    public bool IsReady(double calmSeconds) => calmSeconds >= StartSeconds;

    /// <param name="change">Against the caller's calm speech.</param>
    /// <param name="calmSeconds">How much of that is known.</param>
    public bool IsRaised(in ProsodyChange change, double calmSeconds)
    {
        if (!IsReady(calmSeconds)) return false;
        var margin = calmSeconds >= SettledSeconds ? 0 : StartMargin * (SettledSeconds - calmSeconds) / (SettledSeconds - StartSeconds);
        return change.Pitch >= PitchUp + margin
            && (change.LevelDb >= LevelUp + margin || change.TiltDb >= TiltUp + margin)
            && change.LevelDb >= LevelDown;
    }
}
