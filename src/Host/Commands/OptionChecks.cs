using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace SpeechQA.Host.Commands;

/// <summary>Checks of option values that several commands share.</summary>
internal static class OptionChecks
{
    /// <summary>Both ends are allowed.</summary>
    public static void InRange<T>(this OptionResult result, T least, T most) where T : INumber<T>
    {
        if (result.Tokens.Count == 0 || !T.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value)) return;
        if (value < least || value > most)
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{result.Option.Name} {value}: must be {least}..{most}"));
    }
}
