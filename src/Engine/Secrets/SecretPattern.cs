using System.Text.RegularExpressions;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Secrets;

/// <summary>
/// A secret of a site's own, such as a social security number. The expression is matched against what was spelt out
/// without a break, figures and capital letters only (<c>QQ123456C</c>), however it was spoken or written.
/// </summary>
public sealed class SecretPattern
{
    /// <param name="name">Kind of the finding.</param>
    /// <param name="expression">A regular expression without look-around and back references.</param>
    /// <param name="after">Phrases one of which must have been said in the 15 s before, by either party; up to three words may lie between
    /// their words. Empty: none is needed.</param>
    /// <exception cref="BadInputException">The expression cannot be used.</exception>
    public SecretPattern(string name, string expression, IReadOnlyList<string>? after = null)
    {
        Name = name;
        After = after ?? [];
        try
        {
            // Without backtracking: linear in the text, whatever a site writes.
            Expression = new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new BadInputException($"secret '{name}': {e.Message}", "write a regular expression over capital letters and figures", e);
        }
    }

    /// <summary>Kind of the finding.</summary>
    public string Name { get; }

    /// <summary>Phrases one of which must have been said before; empty: none is needed.</summary>
    public IReadOnlyList<string> After { get; }
    internal Regex Expression { get; }
}
