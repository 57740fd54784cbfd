namespace SpeechQA.Engine.Core;

/// <summary>Parties as they are written, everywhere the same: in JSON, in rules and for a person.</summary>
public static class PartyName
{
    /// <summary><see cref="Party.Unknown"/>.</summary>
    public const string Unknown = "unknown";

    /// <summary><see cref="Party.Agent"/>.</summary>
    public const string Agent = "agent";

    /// <summary><see cref="Party.Customer"/>.</summary>
    public const string Customer = "customer";

    /// <summary>The name of a party.</summary>
    public static string Of(Party party) => party switch
    {
        Party.Agent => Agent,
        Party.Customer => Customer,
        _ => Unknown,
    };

    /// <summary>The party of a name; null when it is none.</summary>
    public static Party? Read(string? name) => name switch
    {
        Agent => Party.Agent,
        Customer => Party.Customer,
        Unknown => Party.Unknown,
        _ => null,
    };
}
