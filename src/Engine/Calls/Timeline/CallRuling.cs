using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Secrets;

namespace SpeechQA.Engine.Calls.Timeline;

/// <summary>What rules a call is followed with.</summary>
/// <param name="Rules">In force, with their state; of this call alone.</param>
/// <param name="Call">What they know of the call.</param>
/// <param name="Secrets">Numbers that are masked beside those that always are.</param>
internal sealed record CallRuling(ICallRules Rules, RuleCall Call, IReadOnlyList<SecretPattern> Secrets);
