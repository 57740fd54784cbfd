namespace SpeechQA.Engine.Speech.Recognition;

/// <summary>Asks how well the audio of an utterance supports some texts under the model alone, without bias.</summary>
/// <param name="Samples">As in <see cref="RecognitionRequest"/>.</param>
/// <param name="Language">Code.</param>
/// <param name="Texts">The texts to compare; at most <see cref="MostTexts"/>.</param>
/// <param name="Kind">Urgency.</param>
public sealed record ScoreRequest(ReadOnlyMemory<float> Samples, string Language, IReadOnlyList<ScoredText> Texts, RecognitionKind Kind)
{
    public const int MostTexts = 8;
}

/// <summary>A text for scoring.</summary>
/// <param name="Text">As it would be written.</param>
/// <param name="Tokens">The recogniser's own tokens for it, if known: the better of both encodings counts.</param>
public sealed record ScoredText(string Text, IReadOnlyList<int>? Tokens = null);
