using SpeechQA.Engine.Calls;

namespace SpeechQA.Engine.Rules;

/// <summary>What rules may know of a call when they choose whether they apply.</summary>
/// <param name="Queue">The queue's name, or null.</param>
/// <param name="Parties">The party of each leg, by leg index.</param>
public sealed record RuleCall(string? Queue, IReadOnlyList<Party> Parties);
