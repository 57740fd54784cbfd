using SpeechQA.Engine.Core;

namespace SpeechQA.Host.Output;

/// <summary>A warning in one line for a person.</summary>
internal static class WarningLine
{
    /// <summary>Whose line it is, where it is one's, then cause and remedy.</summary>
    public static string Of(SoundWarning warning) =>
        warning.Leg is null ? $"{warning}"
        : warning.Party == Party.Unknown ? $"leg {warning.Leg}: {warning}"
        : $"{PartyName.Of(warning.Party)}: {warning}";
}
