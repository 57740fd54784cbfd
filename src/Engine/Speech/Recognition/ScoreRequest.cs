namespace SpeechQA.Engine.Speech.Recognition;

/// <summary>Asks how well the audio of an utterance supports some texts under the model alone, without bias.</summary>
/// <param name="Samples">As in <see cref="RecognitionRequest"/>.</param>
/// <param name="Language">Code.</param>
/// <param name="Texts">The texts to compare; at most <see cref="MostTexts"/>.</param>
/// <param name="Kind">Urgency.</param>
public sealed record ScoreRequest(ReadOnlyMemory<float> Samples, string Language, IReadOnlyList<ScoredText> Texts, RecognitionKind Kind)
{
    /// <summary>Texts that one request may compare.</summary>
    public const int MostTexts = 8;

    /// <inheritdoc cref="RecognitionRequest.Since"/>
    public long Since { get; init; }

    /// <summary>The audio is heard in the shorter window of a <see cref="RecognitionKind.Partial"/>, as when it was recognised.</summary>
    public bool AsPartial { get; init; }

    /// <summary>
    /// A loose text that is less likely than the first text by more than this need not be read to its end: it then has no probability at
    /// all. Natural logarithm; default: all are read.
    /// </summary>
    public double Tolerance { get; init; } = double.PositiveInfinity;
}

/// <summary>A text to be scored: as written, or with a stretch of which only the plain letters are known.</summary>
/// <param name="Before">As it would be written.</param>
/// <param name="Loose">Words in plain letters: the recogniser chooses accents, capitals and marks; empty: none.</param>
/// <param name="After">What follows, with its blank or mark.</param>
public sealed record ScoredText(string Before, string Loose = "", string After = "")
{
    /// <summary>The recogniser's own tokens for <see cref="Before"/>, if known: the better of both encodings counts.</summary>
    public IReadOnlyList<int> Tokens { get; init; } = [];

    /// <summary>Characters in all.</summary>
    public int Length => Before.Length + Loose.Length + After.Length;
}

/// <summary>How well audio supports a text.</summary>
/// <param name="LogProbability">Natural logarithm, of the text and its end; negative infinity: too long, or given up
/// (<see cref="ScoreRequest.Tolerance"/>).</param>
/// <param name="Loose">The loose stretch as the recogniser spells it.</param>
public readonly record struct TextSupport(double LogProbability, string Loose);
