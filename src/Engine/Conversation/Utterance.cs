using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Conversation;

/// <summary>A word of an utterance with its place in the call.</summary>
/// <param name="Text">As written by the recogniser, punctuation included.</param>
/// <param name="Start">Position, samples at 16 kHz since the start of the call.</param>
/// <param name="End">Position of the end; at least <paramref name="Start"/>.</param>
/// <param name="Confidence">0..1, the mean token probability of the word.</param>
public readonly record struct SpokenWord(string Text, long Start, long End, float Confidence);

/// <summary>
/// One stretch of speech of one leg, transcribed and final. Positions are samples at 16 kHz since the start of the call.
/// </summary>
public sealed record Utterance(
    int Leg,
    Party Party,
    int Index,
    long Start,
    long End,
    string Text,
    string Language,
    float Confidence,
    IReadOnlyList<SpokenWord> Words)
{
    /// <summary>The audio position of the leg at which this final could be decided (end of the closing pause).</summary>
    public required long Decided { get; init; }

    /// <summary>When the stages of this utterance were passed (wall time; never used for a decision).</summary>
    public required RecognitionClock Clock { get; init; }

    /// <summary>Words that only the recogniser's bias brought about; the audio has confirmed them. Null: none.</summary>
    public BiasedWords? Biased { get; init; }

    /// <summary>Phrases of the rules that the words sound like, confirmed by the audio.</summary>
    internal IReadOnlyList<PhoneticMatch> Sounds { get; init; } = [];
}
