using SpeechQA.Engine.Conversation;

namespace SpeechQA.Engine.Secrets;

/// <summary>What one more utterance brought.</summary>
/// <param name="Utterance">The utterance as it may be shown.</param>
/// <param name="Earlier">Utterances that were given out before and hold more secrets than was known then, masked anew.</param>
/// <param name="Findings">Secrets not reported before, in the order of their start.</param>
public sealed record SecretScan(Utterance Utterance, IReadOnlyList<Utterance> Earlier, IReadOnlyList<SecretFinding> Findings);
