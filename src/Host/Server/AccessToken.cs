namespace SpeechQA.Host.Server;

/// <summary>A token that the API, the hub and the metrics take, and the name of whoever has it.</summary>
/// <param name="Name">Told where somebody did something: <c>by</c> of <c>alert.state</c>.</param>
/// <param name="Value">The secret.</param>
internal sealed record AccessToken(string Name, string Value)
{
    /// <summary>Name of a token that has none.</summary>
    public const string Unnamed = "token";

    /// <summary>Name of everybody where no token is asked for.</summary>
    public const string Local = "local";

    /// <summary>Longest name, characters.</summary>
    private const int LongestName = 64;

    /// <summary>
    /// Reads <c>NAME=TOKEN</c>, or a token alone. A name has letters, digits and <c>. _ -</c>; what ends with nothing but
    /// <c>=</c> is a token in base64.
    /// </summary>
    public static AccessToken Read(string text)
    {
        var at = text.IndexOf('=');
        return at is > 0 and <= LongestName && text[(at + 1)..].Trim('=').Length > 0 && text[..at].All(IsOfName)
            ? new AccessToken(text[..at], text[(at + 1)..])
            : new AccessToken(Unnamed, text);
    }

    /// <summary>Reads several, separated by white space.</summary>
    public static IReadOnlyList<AccessToken> ReadAll(string? text) =>
        [.. (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Read)];

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}
