namespace SpeechQA.Bench.Truth;

/// <summary>What was said in a clip or in a channel of a call.</summary>
/// <param name="File">Path within the collection, <c>/</c> between folders; its first folder is the set.</param>
/// <param name="Language">A code like <c>en</c> or <c>fr-CA</c>.</param>
internal sealed record Labelled(string File, string Language, string Transcript)
{
    /// <summary>Whether word errors can be counted in the language: English and French have a normalisation.</summary>
    public static bool Covers(string language) => language.StartsWith("en", StringComparison.Ordinal)
        || language.StartsWith("fr", StringComparison.Ordinal);
}
