namespace SpeechQA.Engine.Conversation;

/// <summary>A phrase of the rules that words of an utterance sound like, confirmed by the audio.</summary>
/// <param name="RuleSet">Id of the rules it was found under; under others it means nothing.</param>
/// <param name="Phrase">Number of the phrase in those rules.</param>
/// <param name="First">First normalised word of the match, counted from the start of the utterance.</param>
/// <param name="Last">Last one.</param>
/// <param name="Reading">The words that were heard otherwise, as the recogniser would write them in the phrase.</param>
/// <param name="Difference">Log-probability (natural) of the utterance read so, less that as transcribed, without bias.</param>
/// <param name="Limit">The least difference that counts.</param>
internal sealed record PhoneticMatch(long RuleSet, int Phrase, int First, int Last, string Reading, double Difference, double Limit);
