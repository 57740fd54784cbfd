namespace SpeechQA.Engine.Calls.Phonetic;

/// <summary>A look at an utterance that may yet go on: only what may alert early is looked for.</summary>
/// <param name="Words">How many of its words are spoken to their end; what follows them may yet change.</param>
/// <param name="Before">Answers that rest on less of its audio and will do.</param>
/// <param name="AsPartial">It was recognised as a partial, not as what may be final.</param>
internal sealed record EarlyLook(int Words, PhoneticAnswers Before, bool AsPartial);
