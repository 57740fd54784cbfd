namespace SpeechQA.Engine.Speech.Recognition;

/// <summary>
/// Words that a recogniser should prefer where the audio allows them, by language. Immutable: a recogniser compiles it once
/// and keeps what it made for as long as the object lives.
/// </summary>
/// <remarks>
/// A text that only came about with the bias is compared with the text without it, under the model alone, and given up when
/// the audio supports it clearly less (<see cref="Tolerance"/>).
/// </remarks>
public sealed class RecognitionBias
{
    /// <summary>Most that the biased text may be less likely than the unbiased one, natural-log units.</summary>
    public const double Tolerance = 3.0;

    private readonly Dictionary<string, IReadOnlyList<string>> _phrases;

    /// <param name="phrases">As written, by language code.</param>
    public RecognitionBias(IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> phrases) =>
        _phrases = phrases.Where(p => p.Value.Count > 0).ToDictionary(p => p.Key, p => p.Value);

    /// <summary>Nothing is preferred.</summary>
    public bool IsEmpty => _phrases.Count == 0;

    /// <summary>The phrases of a language; empty when it has none.</summary>
    public IReadOnlyList<string> Of(string language) => _phrases.GetValueOrDefault(language, []);
}
