using System.Globalization;
using System.Text.RegularExpressions;
using SpeechQA.Engine.Rules.Phrases;

namespace SpeechQA.Engine.Rules.Reading;

/// <summary>Durations as rules write them: <c>20s</c>, <c>1.5s</c>, <c>800ms</c>, <c>2m</c>, <c>1h</c>.</summary>
internal static partial class Duration
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var match = Form().Match(text);
        if (!match.Success || !double.TryParse(match.Groups[1].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var number))
            return false;
        var seconds = number * match.Groups[2].ValueSpan switch { "ms" => 0.001, "s" => 1, "m" => 60, _ => 3600 };
        if (seconds > RuleLimits.LongestDuration.TotalSeconds) return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    [GeneratedRegex(@"^\s*(\d{1,6}(?:\.\d{1,3})?)\s*(ms|s|m|h)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
