using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Inflection;

/// <summary>Whose way of speaking is judged, and with what.</summary>
/// <param name="Model">Null: prosody alone.</param>
/// <param name="Agent">
/// Also the agent's, and that of legs whose party is not known, since the agent may be on them. Inferring emotions of people
/// at work is prohibited in the European Union (Regulation (EU) 2024/1689, article 5(1)(f)), except for medical or safety reasons.
/// </param>
public sealed record InflectionOptions(InflectionModel? Model, bool Agent = false)
{
    /// <summary>How calm callers sound on the lines of the site; null: not known. Live calls are taken in, recordings never.</summary>
    public SiteBaselines? Site { get; init; }

    internal const string AgentNotice =
        "The agent's voice is judged for emotion: it was asked for. Inferring emotions of people at work is prohibited in the " +
        "European Union except for medical or safety reasons (Regulation (EU) 2024/1689, article 5(1)(f)).";

    /// <summary>Whether a party's voice is judged.</summary>
    public bool Follows(Party party) => Agent || party == Party.Customer;
}
