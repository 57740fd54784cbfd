using SpeechQA.Engine.Calls.Load;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Rules;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>
/// What the parts of one leg have in common. It holds none of them: what a part tells goes one way, into the leg's outbox.
/// </summary>
internal sealed record LegContext
{
    /// <summary>Which leg it is.</summary>
    public required LegId Id { get; init; }

    /// <summary>How its audio comes.</summary>
    public required LegOptions Options { get; init; }

    /// <summary>How its call was opened.</summary>
    public required CallOptions Call { get; init; }

    /// <summary>What every leg of every call uses.</summary>
    public required LegServices Services { get; init; }

    /// <summary>What its call gives up under load.</summary>
    public required CallLoad Load { get; init; }

    /// <summary>What may be asked of the rules while the party speaks.</summary>
    public required IEarlyRules Rules { get; init; }

    /// <summary>The call has ended by a fault: nobody waits for what is under way.</summary>
    public required CancellationToken Stop { get; init; }

    /// <summary>How far it has come.</summary>
    public LegProgress Progress { get; } = new();

    /// <summary>Whether a rule may act on what the party says while it is still saying it.</summary>
    public bool MayBeEarly => Rules.MayBeEarly(Id.Party);
}
