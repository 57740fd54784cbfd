using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Language;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Phrases;
using SpeechQA.Engine.Secrets;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Rules.Reading;

/// <summary>What reading rules gave: a set when there is no error, all errors at once otherwise.</summary>
/// <param name="Set">Null when there are errors.</param>
/// <param name="Errors">In the order of files and lines.</param>
/// <param name="Files">The files read.</param>
public sealed record RuleReading(RuleSet? Set, IReadOnlyList<RuleError> Errors, IReadOnlyList<string> Files);

/// <summary>
/// Reads rule files: (1) YAML with lines; (2) the file's terms; (3) its rules; (4) what only shows over all files, such as
/// an id used twice; (5) compilation. All mistakes are reported together; with any mistake there is no set.
/// </summary>
public sealed partial class RuleReader
{
    private readonly List<RuleError> _errors = [];
    private readonly List<Rule> _rules = [];
    private readonly Dictionary<string, (string File, int Line)> _ids = new(StringComparer.Ordinal);

    private readonly List<SecretPattern> _secrets = [];
    private readonly TextModel? _text;

    private RuleReader(TextModel? text) => _text = text;

    /// <summary>Reads one file, or every .yaml and .yml of a folder in the order of their names.</summary>
    /// <param name="text">Compiles the conditions on meaning, too; null: left until a call needs them.</param>
    public static RuleReading Read(string path, TextModel? text = null)
    {
        var reader = new RuleReader(text);
        var files = reader.FilesOf(path);
        foreach (var file in files) reader.ReadPath(file);
        return reader.Finish(files);
    }

    /// <summary>Reads and compiles one file or a folder.</summary>
    /// <param name="text">Compiles the conditions on meaning; null: left until a call needs them.</param>
    /// <exception cref="BadInputException">There are mistakes: the first of them, and how many more.</exception>
    public static RuleSet Load(string path, TextModel? text = null)
    {
        var reading = Read(path, text);
        if (reading.Set is { } set) return set;
        var more = reading.Errors.Count > 1 ? $" (and {reading.Errors.Count - 1} more: see 'rules check')" : "";
        throw new BadInputException($"{reading.Errors[0]}{more}", "correct the rules and try again");
    }

    /// <summary>Reads rules from texts, each with the name it has in errors.</summary>
    public static RuleReading ReadTexts(params IReadOnlyList<(string Name, string Text)> files)
    {
        var reader = new RuleReader(null);
        foreach (var (name, text) in files) reader.ReadText(name, text);
        return reader.Finish([.. files.Select(f => f.Name)]);
    }

    private List<string> FilesOf(string path)
    {
        try
        {
            if (File.Exists(path)) return [path];
            if (!Directory.Exists(path))
            {
                _errors.Add(new RuleError(path, 0, null, "no such file or folder", "give a .yaml file, or a folder that holds some"));
                return [];
            }
            var files = Directory.EnumerateFiles(path).Where(f => Path.GetExtension(f) is ".yaml" or ".yml").Order(StringComparer.Ordinal)
                .ToList();
            if (files.Count == 0) _errors.Add(new RuleError(path, 0, null, "the folder has no rule files", "put .yaml files into it"));
            if (files.Count <= RuleLimits.Files) return files;
            _errors.Add(new RuleError(path, 0, null, $"the folder has {files.Count} rule files",
                $"join them to at most {RuleLimits.Files}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _errors.Add(new RuleError(path, 0, null, $"cannot be read: {e.Message}", "check the path and its permissions"));
        }
        return [];
    }

    private void ReadPath(string path)
    {
        try
        {
            if (new FileInfo(path).Length > RuleLimits.FileBytes)
            {
                _errors.Add(new RuleError(path, 0, null, $"the file is larger than {RuleLimits.FileBytes >> 20} MB", "split it"));
                return;
            }
            ReadText(path, File.ReadAllText(path, Encoding.UTF8));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _errors.Add(new RuleError(path, 0, null, $"cannot be read: {e.Message}", "check the file and its permissions"));
        }
    }

    private void ReadText(string name, string text)
    {
        var file = new RuleFile(name, _errors);
        foreach (var document in YamlTree.Read(text, file.Fault)) // 1
        {
            if (document is not YamlMap map)
            {
                file.Fault(document, "the file must begin with rules:", "write rules:, then '- id: ...' for each rule");
                continue;
            }
            file.OnlyKeys(map, "the file", "rules", "terms", "secrets");
            if (map["terms"] is { } terms) file.ReadTerms(terms); // 2
            if (map["secrets"] is { } secrets) _secrets.AddRange(SecretReader.Read(file, secrets));
            if (map["rules"] is YamlList rules)
                foreach (var item in rules.Items) ReadRule(file, item); // 3
            else if (map["secrets"] is null || map["rules"] is not null)
                file.Fault(map, "the file has no list of rules", "write rules:, then '- id: ...' for each rule");
        }
    }

    private RuleReading Finish(IReadOnlyList<string> files)
    {
        if (_rules.Count > RuleLimits.Rules) // 4
            _errors.Add(new RuleError(files.Count > 0
                ? files[0]
                : "", 0, null, $"{_rules.Count} rules in all", $"keep to {RuleLimits.Rules}"));
        CheckReferences();
        CheckMeanings(files);
        var set = _errors.Count == 0 ? RuleSet.Compile(_rules, _secrets) : null; // 5
        if (set is null && _errors.Count == 0)
            _errors.Add(new RuleError(files.Count > 0
                ? files[0]
                : "", 0, null, "the phrases of all rules together are too many", "remove rules, or use fewer choices within one phrase"));
        if (set is not null && _text is not null)
            foreach (var (rule, intent) in set.Understood.Prepare(set, _text))
                _errors.Add(new RuleError(rule.File, rule.Line, rule.Id, $"unknown intent '{RuleFile.Short(intent)}'",
                    Spelling.Suggest(intent, [.. _text.Intents.Select(i => i.Name)])));
        if (_errors.Count > 0) set = null;
        var order = files.Select((f, i) => (f, i)).ToDictionary(x => x.f, x => x.i);
        return new RuleReading(set, [.. _errors.OrderBy(e => order.GetValueOrDefault(e.File)).ThenBy(e => e.Line)], files);
    }

    private void ReadRule(RuleFile file, YamlNode node)
    {
        file.Rule = null;
        if (node is not YamlMap map)
        {
            file.Fault(node, "a rule must have id and when", "write '- id: ...', then its other keys below");
            return;
        }
        var faults = _errors.Count;
        file.Rule = (map["id"] as YamlText)?.Value is { Length: <= 64 } written ? written : null;
        file.OnlyKeys(map, "a rule", "id", "name", "severity", "party", "languages", "queues", "coolDown", "when");
        CheckId(file, map);
        var languages = Languages(file, map["languages"]);
        var conditions = new ConditionReader(file, languages);
        var severity = SeverityOf(file, map);
        var party = map["party"] is { } p ? conditions.Party(p) : null;
        var coolDown = map["coolDown"] is { } c ? file.Time(c, "coolDown") : TimeSpan.FromSeconds(30);
        var queues = map["queues"] is { } q ? file.Texts(q, "queues") : [];
        var name = map["name"] is { } n ? file.Text(n, "name") : file.Rule;
        if (map["when"] is null) file.Fault(map, "the rule has no when", "add the condition under when:");
        var when = map["when"] is { } w ? conditions.Read(w) : null;
        file.Rule = null;
        if (_errors.Count > faults || when is null) return;
        _rules.Add(new Rule
        {
            Id = ((YamlText)map["id"]!).Value,
            Name = name!,
            Severity = severity,
            Party = party,
            Languages = languages,
            Queues = [.. queues.Select(t => t.Value)],
            CoolDown = coolDown!.Value,
            When = when,
            Version = VersionOf(map, file.Terms),
            File = file.Name,
            Line = map.Line,
        });
    }

    private void CheckMeanings(IReadOnlyList<string> files)
    {
        if (_secrets.GroupBy(s => s.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            _errors.Add(new RuleError(files[0], 0, null, $"secret '{twice.Key}' is defined twice", "give each a name of its own"));
        var kinds = SecretReader.KnownKinds.Concat(_secrets.Select(s => s.Name)).ToList();
        var examples = 0;
        foreach (var rule in _rules)
        {
            var conditions = new Stack<Condition>([rule.When]);
            while (conditions.TryPop(out var condition))
            {
                foreach (var part in condition.Parts) conditions.Push(part);
                if (condition is MeaningCondition meaning) examples += meaning.Examples.Count + meaning.Unlike.Count;
                if (condition is SecretCondition secret && secret.Kinds.FirstOrDefault(k => !kinds.Contains(k)) is { } unknown)
                    _errors.Add(new RuleError(rule.File, rule.Line, rule.Id, $"unknown secret '{RuleFile.Short(unknown)}'",
                        Spelling.Suggest(unknown, kinds)));
            }
        }
        if (examples > RuleLimits.Examples)
            _errors.Add(new RuleError(files[0], 0, null, $"the meanings of all rules have {examples} examples",
                $"keep to {RuleLimits.Examples}"));
    }

    private void CheckReferences()
    {
        foreach (var rule in _rules)
        {
            if (RuleReferences.Of(rule.When).FirstOrDefault(id => !_ids.ContainsKey(id)) is { } unknown)
                _errors.Add(new RuleError(rule.File, rule.Line, rule.Id,
                    $"fired names '{RuleFile.Short(unknown)}', and there is no such rule",
                    Spelling.Suggest(unknown, [.. _ids.Keys.Take(50)])));
        }
        if (_errors.Count > 0) return;
        var depths = RuleReferences.Depths(_rules);
        for (var i = 0; i < depths.Length; i++)
        {
            if (depths[i] <= RuleLimits.Nesting) continue;
            _errors.Add(new RuleError(_rules[i].File, _rules[i].Line, _rules[i].Id,
                $"fired leads in a ring, or through more than {RuleLimits.Nesting} rules", "let no rule wait for itself"));
        }
    }

    private void CheckId(RuleFile file, YamlMap map)
    {
        if (map["id"] is not YamlText id)
        {
            file.Fault(map["id"] ?? map, "the rule has no id", "add id: with letters, digits and hyphens");
            return;
        }
        if (!Id().IsMatch(id.Value))
            file.Fault(id, $"id '{RuleFile.Short(id.Value)}' is not allowed", "use lower-case letters, digits and hyphens, at most 64");
        else if (!_ids.TryAdd(id.Value, (file.Name, id.Line)))
            file.Fault(id, string.Create(CultureInfo.InvariantCulture,
                $"id '{id.Value}' is already used in {_ids[id.Value].File}:{_ids[id.Value].Line}"), "give each rule an id of its own");
    }

    private static Severity SeverityOf(RuleFile file, YamlMap map)
    {
        switch ((map["severity"] as YamlText)?.Value)
        {
            case "info": return Severity.Info;
            case "warning": return Severity.Warning;
            case "critical": return Severity.Critical;
            default:
                file.Fault(map["severity"] ?? map, map["severity"] is null
                    ? "the rule has no severity"
                    : "severity is not known", "write info, warning or critical");
                return Severity.Info;
        }
    }

    private static IReadOnlyList<SpokenLanguage> Languages(RuleFile file, YamlNode? node)
    {
        if (node is null) return SpokenLanguage.All;
        var languages = new List<SpokenLanguage>();
        foreach (var text in file.Texts(node, "languages"))
        {
            if (SpokenLanguage.Find(text.Value) is { } language) languages.Add(language);
            else file.Fault(text, $"unknown language '{RuleFile.Short(text.Value)}'",
                $"known are: {string.Join(", ", SpokenLanguage.All.Select(l => l.Code))}");
        }
        return languages.Count > 0 ? [.. languages.Distinct()] : SpokenLanguage.All;
    }

    /// <summary>Comments, layout, the order of keys and unused terms do not change a rule's version; its terms do.</summary>
    private static string VersionOf(YamlMap rule, IReadOnlyDictionary<string, string> terms)
    {
        var text = new StringBuilder();
        var used = new SortedSet<string>(StringComparer.Ordinal);
        Write(rule);
        var open = new Queue<string>(used);
        while (open.TryDequeue(out var name))
            foreach (Match match in TermName().Matches(terms.GetValueOrDefault(name, "")))
                if (used.Add(match.Groups[1].Value.Trim())) open.Enqueue(match.Groups[1].Value.Trim());
        foreach (var name in used) text.Append('<').Append(name).Append('>').Append(terms.GetValueOrDefault(name)).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..8];

        void Write(YamlNode node)
        {
            switch (node)
            {
                case YamlText leaf:
                    text.Append(CultureInfo.InvariantCulture, $"{leaf.Value.Length}:{leaf.Value}");
                    foreach (Match match in TermName().Matches(leaf.Value)) used.Add(match.Groups[1].Value.Trim());
                    break;
                case YamlList list:
                    text.Append('[');
                    foreach (var item in list.Items) Write(item);
                    text.Append(']');
                    break;
                case YamlMap map:
                    text.Append('{');
                    foreach (var (key, value) in map.Entries.OrderBy(e => e.Key.Value, StringComparer.Ordinal))
                    {
                        Write(key);
                        Write(value);
                    }
                    text.Append('}');
                    break;
            }
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex Id();

    [GeneratedRegex("<([^<>]*)>")]
    private static partial Regex TermName();
}
