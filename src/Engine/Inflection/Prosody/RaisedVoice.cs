namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>
/// A voice is raised when its pitch is well up and it is louder or spoken with more effort. It says nothing about why:
/// happiness and fear raise a voice as anger does.
/// </summary>
internal static class RaisedVoice
{
    /// <summary>Windows in a row until a raised voice is reported.</summary>
    public const int Windows = 2;

    private const double PitchUp = 3.0;         // semitones
    private const double LevelUp = 4.0, TiltUp = 3.0;   // dB
    private const double LevelDown = -4.0;      // dB: not while clearly softer than usual

    public static bool Is(in ProsodyChange change) =>
        change.Pitch >= PitchUp && (change.LevelDb >= LevelUp || change.TiltDb >= TiltUp) && change.LevelDb >= LevelDown;
}
