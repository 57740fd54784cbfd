namespace SpeechQA.Engine.Calls.Phonetic;

/// <summary>Phrases of the rules that are found by their sound.</summary>
public sealed record PhoneticOptions
{
    /// <summary>
    /// How much less likely than the transcript the utterance may be when it is read with the phrase, natural-log units; the
    /// recogniser alone, without bias, judges. docs/decisions/0019-phrases-by-sound.md tells how it was chosen.
    /// </summary>
    public double Tolerance { get; init; } = 3.0;
}
