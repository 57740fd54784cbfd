using System.Text.RegularExpressions;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Phrases;
using SpeechQA.Engine.Secrets;

namespace SpeechQA.Engine.Rules.Reading;

/// <summary>Reads a file's <c>secrets</c>: patterns of the site's own that are masked and may be alerted on.</summary>
internal static partial class SecretReader
{
    public static readonly string[] KnownKinds = [SecretKind.CardNumber, SecretKind.CardExpiry, SecretKind.CardSecurityCode,
        SecretKind.Iban];

    public static IEnumerable<SecretPattern> Read(RuleFile file, YamlNode value)
    {
        if (value is not YamlList list)
        {
            file.Fault(value, "secrets must be a list", "write secrets:, then '- { name: ..., pattern: ... }' for each");
            yield break;
        }
        if (list.Items.Count > RuleLimits.SecretPatterns)
            file.Fault(value, $"{list.Items.Count} secrets", $"give at most {RuleLimits.SecretPatterns}");
        foreach (var item in list.Items.Take(RuleLimits.SecretPatterns))
            if (ReadOne(file, item) is { } pattern) yield return pattern;
    }

    private static SecretPattern? ReadOne(RuleFile file, YamlNode item)
    {
        if (item is not YamlMap map || map["name"] is not YamlText name || map["pattern"] is not YamlText pattern)
        {
            file.Fault(item, "a secret must have name and pattern", "write - { name: member-number, pattern: 'M[0-9]{8}' }");
            return null;
        }
        file.OnlyKeys(map, "a secret", "name", "pattern", "after");
        if (!Name().IsMatch(name.Value) || KnownKinds.Contains(name.Value) || name.Value == "any")
        {
            file.Fault(name, $"name '{RuleFile.Short(name.Value)}' is not allowed",
                "use lower-case letters, digits and hyphens, and none of the engine's own kinds");
            return null;
        }
        var after = map["after"] is { } phrases ? file.Texts(phrases, "after") : [];
        if (pattern.Value.Length > RuleLimits.PhraseCharacters || after.Any(t => t.Value.Length > RuleLimits.PhraseCharacters))
        {
            file.Fault(map, "the pattern is too long", $"keep to {RuleLimits.PhraseCharacters} characters");
            return null;
        }
        try
        {
            return new SecretPattern(name.Value, pattern.Value, [.. after.Select(t => t.Value)]);
        }
        catch (BadInputException e)
        {
            file.Fault(pattern, e.Cause, e.Remedy);
            return null;
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex Name();
}
