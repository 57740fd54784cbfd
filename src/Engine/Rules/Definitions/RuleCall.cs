using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Rules.Definitions;

/// <summary>What rules may know of a call when they choose whether they apply.</summary>
/// <param name="Queue">The queue's name, or null.</param>
/// <param name="Parties">The party of each leg, by leg index.</param>
public sealed record RuleCall(string? Queue, IReadOnlyList<Party> Parties)
{
    /// <summary>
    /// Who spoke when, by leg, in the merged order of the call: kept once for all who read it, and brought up to date by whoever
    /// comes to an event first. Null: each keeps its own.
    /// </summary>
    internal IReadOnlyList<LegVoice>? Voices { get; init; }
}
