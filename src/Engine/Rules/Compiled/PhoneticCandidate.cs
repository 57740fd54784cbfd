namespace SpeechQA.Engine.Rules.Compiled;

/// <summary>A phrase that what was heard sounds like. Words are counted from the start of the utterance.</summary>
/// <param name="Use">The phrase in its rule.</param>
/// <param name="First">First normalised word of the match.</param>
/// <param name="Last">Last one.</param>
/// <param name="Cost">Distance of the sounds.</param>
/// <param name="Sounds">Sounds of the phrase's words.</param>
internal sealed record PhoneticCandidate(PhraseUse Use, int First, int Last, double Cost, int Sounds)
{
    public double Share => Cost / Sounds;

    /// <summary>First word as transcribed that must be read otherwise.</summary>
    public required int ChangedFrom { get; init; }

    /// <summary>The word as transcribed behind the last such.</summary>
    public required int ChangedTo { get; init; }

    /// <summary>What the changed words would be, without accents.</summary>
    public required string Reading { get; init; }
}
