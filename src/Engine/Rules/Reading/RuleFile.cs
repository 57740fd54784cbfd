using SpeechQA.Engine.Language;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Phrases;

namespace SpeechQA.Engine.Rules.Reading;

/// <summary>What reading one file shares: where errors go, and the terms with which phrases are read.</summary>
internal sealed class RuleFile
{
    private readonly List<RuleError> _errors;
    private readonly Dictionary<string, string> _terms = new(StringComparer.Ordinal);
    private readonly Dictionary<SpokenLanguage, PatternParser> _parsers = [];

    public RuleFile(string name, List<RuleError> errors)
    {
        Name = name;
        _errors = errors;
    }

    public string Name { get; }

    public IReadOnlyDictionary<string, string> Terms => _terms;

    /// <summary>Id of the rule that is being read, for its errors.</summary>
    public string? Rule { get; set; }

    public void Fault(YamlNode at, string reason, string remedy) => Fault(at.Line, reason, remedy);

    public void Fault(int line, string reason, string remedy) => _errors.Add(new RuleError(Name, line, Rule, reason, remedy));

    /// <summary>Takes the file's terms: each a text, or a list of texts one of which is said.</summary>
    public void ReadTerms(YamlNode node)
    {
        if (node is not YamlMap map)
        {
            Fault(node, "terms must be names with texts", "write terms:, then one 'name: words | other words' a line");
            return;
        }
        foreach (var (key, value) in map.Entries)
        {
            var texts = Texts(value, $"term '{key.Value}'");
            if (texts.Count > 0) _terms[key.Value] = string.Join('|', texts.Select(t => t.Value));
        }
        foreach (var language in SpokenLanguage.All) _parsers[language] = new PatternParser(language, _terms);
    }

    /// <summary>A text or a list of texts; anything else, or an empty one, is an error.</summary>
    public IReadOnlyList<YamlText> Texts(YamlNode node, string what)
    {
        var texts = new List<YamlText>();
        foreach (var item in node is YamlList list ? list.Items : [node])
        {
            if (item is YamlText text && !string.IsNullOrWhiteSpace(text.Value)) texts.Add(text);
            else if (item is YamlText) Fault(item, $"{what} is empty", "write the words, or remove it");
            else Fault(item, $"{what} must be text", "put it in quotes: [ ] and { } mean lists and maps in YAML");
        }
        if (node is YamlList { Items.Count: 0 }) Fault(node, $"{what} is empty", "give at least one");
        if (texts.Count > RuleLimits.Children) Fault(node, $"{what} has {texts.Count} texts", $"give at most {RuleLimits.Children}");
        return texts;
    }

    /// <summary>Reads one phrase in one language, or reports why not.</summary>
    public Phrase? ReadPhrase(YamlText text, SpokenLanguage language)
    {
        if (!_parsers.TryGetValue(language, out var parser)) _parsers[language] = parser = new PatternParser(language, _terms);
        try
        {
            return new Phrase(language, text.Value, parser.Parse(text.Value));
        }
        catch (PatternException e)
        {
            Fault(text, $"phrase '{Short(text.Value)}': {e.Message}", e.Remedy);
            return null;
        }
    }

    /// <summary>The value of a map's known keys; the others are reported with the nearest known one.</summary>
    public void OnlyKeys(YamlMap map, string where, params string[] known)
    {
        foreach (var (key, _) in map.Entries)
        {
            if (known.Contains(key.Value)) continue;
            Fault(key, $"unknown key '{Short(key.Value)}' in {where}", Spelling.Suggest(key.Value, known));
        }
    }

    /// <summary>A text value, or null with an error when it is something else.</summary>
    public string? Text(YamlNode node, string what)
    {
        if (node is YamlText { Value.Length: > 0 } text) return text.Value;
        Fault(node, $"{what} must be text", "write one value after the colon");
        return null;
    }

    public TimeSpan? Time(YamlNode node, string what)
    {
        if (node is YamlText text && Duration.TryParse(text.Value, out var duration) && duration > TimeSpan.Zero) return duration;
        var found = node is YamlText t ? $"'{Short(t.Value)}'" : "a list or map";
        Fault(node, $"{what} is {found}, not a duration",
            $"write a number with ms, s, m or h, up to {RuleLimits.LongestDuration.TotalHours}h: 20s, 1.5s, 2m");
        return null;
    }

    public static string Short(string text) => text.Length <= 60 ? text.ReplaceLineEndings(" ")
        : text[..57].ReplaceLineEndings(" ") + "...";
}
