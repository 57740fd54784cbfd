using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Conversation;

/// <summary>Kinds of secrets that are always looked for; a configured pattern's kind is its name.</summary>
public static class SecretKind
{
    /// <summary>A payment card number, 13 to 19 digits.</summary>
    public const string CardNumber = "card-number";

    /// <summary>The month and year on the card.</summary>
    public const string CardExpiry = "card-expiry";

    /// <summary>The three or four digits on the card.</summary>
    public const string CardSecurityCode = "card-security-code";

    /// <summary>An international bank account number (ISO 13616).</summary>
    public const string Iban = "iban";
}

/// <summary>A secret was spoken. Positions are samples at 16 kHz since the start of the call. It never holds the secret.</summary>
/// <param name="Kind">One of <see cref="SecretKind"/>, or a configured pattern's name.</param>
/// <param name="Start">Start of its first word.</param>
/// <param name="End">End of its last word.</param>
/// <param name="How">What showed it, for a person: <c>check digit</c>, <c>after a card prompt</c>, ...</param>
public sealed record SecretFinding(string Kind, int Leg, Party Party, long Start, long End, string How);
