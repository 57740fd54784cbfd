using System.Globalization;

namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>
/// Puts a change of voice into words: "4 semitones higher, 7 dB louder than at the start". Only what a listener would
/// notice is said, the plainest first.
/// </summary>
public static class ProsodyPhrases
{
    private const double Semitones = 2, Decibels = 3, TiltDb = 3, Syllables = 1;

    /// <summary>The phrase, or null when nothing is worth saying.</summary>
    public static string? Describe(in ProsodyChange change)
    {
        string?[] parts =
        [
            Part(change.Pitch, Semitones, "semitone", "semitones", "higher", "lower"),
            Part(change.LevelDb, Decibels, "dB", "dB", "louder", "quieter"),
            Part(change.SyllableRate, Syllables, "syllable per second", "syllables per second", "faster", "slower"),
        ];
        var said = parts.Where(p => p is not null).ToList();
        if (said.Count > 0)
            return string.Join(", ", said) + " than at the start" + (change.TiltDb >= TiltDb ? ", with more effort in the voice" : "");
        return change.TiltDb >= TiltDb ? "more effort in the voice than at the start" : null;
    }

    private static string? Part(double change, double least, string one, string many, string up, string down)
    {
        // Also false for NaN: unknown.
        if (!(Math.Abs(change) >= least)) return null;
        var size = Math.Round(Math.Abs(change));
        return string.Create(CultureInfo.InvariantCulture, $"{size:0} {(size == 1 ? one : many)} {(change > 0 ? up : down)}");
    }
}
