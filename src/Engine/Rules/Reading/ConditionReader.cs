using System.Globalization;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Language;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Phrases;

namespace SpeechQA.Engine.Rules.Reading;

/// <summary>Reads the conditions of one rule. A condition that cannot be read is reported and left out.</summary>
internal sealed class ConditionReader
{
    private static readonly TimeSpan DefaultWithin = TimeSpan.FromSeconds(15);

    private readonly RuleFile _file;
    private readonly IReadOnlyList<SpokenLanguage> _languages;
    private readonly MeaningReader _meanings;
    private readonly Dictionary<string, Func<YamlNode, YamlMap, Place, Condition?>> _kinds;

    /// <summary>Where a condition stands.</summary>
    private readonly record struct Place(int Depth, bool InAll, bool InNone);

    public ConditionReader(RuleFile file, IReadOnlyList<SpokenLanguage> languages)
    {
        _file = file;
        _languages = languages;
        _meanings = new MeaningReader(file, Party);
        _kinds = new()
        {
            ["phrase"] = (value, _, place) => Phrase(value, place.InNone),
            ["notSaid"] = (value, _, _) => NotSaid(value),
            ["silence"] = (value, _, _) => Longer(value, "silence") is { } longer ? new SilenceCondition(longer) : null,
            ["talkOver"] = (value, _, _) => Longer(value, "talkOver") is { } longer ? new TalkOverCondition(longer) : null,
            ["pace"] = (value, _, _) => Pace(value),
            ["inflection"] = (value, _, _) => Inflection(value),
            ["raisedVoice"] = (value, _, _) => RaisedVoice(value),
            ["meaning"] = (value, _, _) => _meanings.Meaning(value),
            ["sentiment"] = (value, _, _) => _meanings.Sentiment(value),
            ["secret"] = (value, _, _) => Secret(value),
            ["fired"] = (value, map, place) => Fired(value, map, place),
            ["all"] = All,
            ["any"] = (value, _, place) => Children(value, "any", place) is { Count: > 0 } of ? new AnyCondition(of) : null,
            ["none"] = None,
            ["sequence"] = Sequence,
        };
    }

    public Condition? Read(YamlNode node) => Read(node, default);

    private Condition? Read(YamlNode node, Place place)
    {
        if (place.Depth > RuleLimits.Nesting)
        {
            _file.Fault(node, $"conditions are nested more than {RuleLimits.Nesting} levels deep", "flatten them, or make two rules");
            return null;
        }
        if (node is not YamlMap map)
        {
            _file.Fault(node, "a condition must be a key with a value", "write for example phrase: 'cancel~ my contract'");
            return null;
        }
        var kinds = map.Entries.Where(e => _kinds.ContainsKey(e.Key.Value)).ToList();
        var others = map.Entries.Where(e => !_kinds.ContainsKey(e.Key.Value) && e.Key.Value is not ("within" or "overlapping")).ToList();
        foreach (var (key, _) in others)
            _file.Fault(key, $"unknown condition '{RuleFile.Short(key.Value)}'", Spelling.Suggest(key.Value, [.. _kinds.Keys]));
        if (kinds.Count > 1)
            _file.Fault(kinds[1].Key, $"both '{kinds[0].Key.Value}' and '{kinds[1].Key.Value}' in one condition",
                "put them under all, any or sequence, one '- ' each");
        else if (kinds.Count == 0 && others.Count == 0)
            _file.Fault(node, "the condition is empty", $"known are: {string.Join(", ", _kinds.Keys)}");
        if (kinds.Count != 1) return null;
        var kind = kinds[0].Key.Value;
        if (map["within"] is { } within && kind is not ("all" or "sequence"))
            _file.Fault(within, $"'within' has no meaning beside '{kind}'", "use it beside all or sequence");
        if (map["overlapping"] is { } overlapping && kind != "all")
            _file.Fault(overlapping, $"'overlapping' has no meaning beside '{kind}'", "use it beside all");
        return _kinds[kind](kinds[0].Value, map, place);
    }

    private AllCondition? All(YamlNode value, YamlMap map, Place place)
    {
        var of = Children(value, "all", place with { InAll = true });
        var within = map["within"] is { } time ? _file.Time(time, "within") ?? DefaultWithin : DefaultWithin;
        if (of is null) return null;
        if (of.Count > 0 && of.All(c => c is NoneCondition))
        {
            _file.Fault(value, "all holds nothing but none", "add what must happen beside it");
            return null;
        }
        return of.Count > 0 ? new AllCondition(of, within, map["overlapping"] is YamlText { Value: "true" }) : null;
    }

    private NoneCondition? None(YamlNode value, YamlMap map, Place place)
    {
        if (!place.InAll) _file.Fault(map, "none stands alone", "put it in all, beside what must happen");
        return Children(value, "none", place with { InNone = true }) is { Count: > 0 } of ? new NoneCondition(of) : null;
    }

    private SequenceCondition? Sequence(YamlNode value, YamlMap map, Place place)
    {
        var of = Children(value, "sequence", place);
        var within = map["within"] is { } time ? _file.Time(time, "within") : null;
        if (map["within"] is null) _file.Fault(map, "sequence has no within", "add within: 30s beside it");
        if (of is { Count: 1 }) _file.Fault(value, "sequence has one part", "give at least two, or drop the sequence");
        return of is { Count: > 1 } && within is { } w ? new SequenceCondition(of, w) : null;
    }

    private List<Condition>? Children(YamlNode value, string kind, Place place)
    {
        if (value is not YamlList list)
        {
            _file.Fault(value, $"{kind} must be a list", "write each condition on a line of its own that begins with '- '");
            return null;
        }
        if (list.Items.Count == 0) _file.Fault(value, $"{kind} is empty", "give at least one condition");
        if (list.Items.Count > RuleLimits.Children)
        {
            _file.Fault(value, $"{kind} has {list.Items.Count} conditions", $"give at most {RuleLimits.Children}");
            return null;
        }
        var below = new Place(place.Depth + 1, place.InAll && kind == "all", place.InNone);
        return [.. list.Items.Select(item => Read(item, below)).OfType<Condition>()];
    }

    private PhraseCondition? Phrase(YamlNode value, bool inNone)
    {
        var phrases = new List<Phrase>();
        if (value is not YamlMap map)
        {
            AddPhrases(value, _languages, phrases);
            return phrases.Count > 0 ? new PhraseCondition { Phrases = phrases, Sound = DefaultSound(inNone) } : null;
        }
        _file.OnlyKeys(map, "phrase", [.. SpokenLanguage.All.Select(l => l.Code), "anyOf", "near", "party", "sound", "touching"]);
        foreach (var language in SpokenLanguage.All)
        {
            if (map[language.Code] is not { } texts) continue;
            if (!_languages.Contains(language))
                _file.Fault(texts, $"phrases in '{language.Code}', which is not among the rule's languages",
                    "add it to languages, or remove the phrases");
            AddPhrases(texts, [language], phrases);
        }
        if (map["anyOf"] is { } any) AddPhrases(any, _languages, phrases);
        else if (!SpokenLanguage.All.Any(l => map[l.Code] is not null))
            _file.Fault(map, "phrase has no words", "add en:, fr: or anyOf: with phrases");
        if (map["touching"] is { } touch && !inNone) _file.Fault(touch, "'touching' has no meaning here", "use it below none");
        var near = map["near"] is { } n ? Whole(n, "near", 2, RuleLimits.PhraseWords) : null;
        if (near is not null) CheckParts(phrases, map["near"]!);
        if (phrases.Count == 0) return null;
        return new PhraseCondition
        {
            Phrases = phrases,
            Near = near,
            Party = map["party"] is { } party ? Party(party) : null,
            Sound = map["sound"] is { } sound ? Sound(sound) : DefaultSound(inNone),
            Touching = map["touching"] is YamlText { Value: "true" },
        };
    }

    // What takes a match away should be sure of it.
    private static PhoneticTolerance DefaultSound(bool inNone) => inNone ? PhoneticTolerance.Off : PhoneticTolerance.Close;

    private PhoneticTolerance Sound(YamlNode node)
    {
        switch ((node as YamlText)?.Value)
        {
            case "off": return PhoneticTolerance.Off;
            case "close": return PhoneticTolerance.Close;
            case "wide": return PhoneticTolerance.Wide;
            default:
                _file.Fault(node, "sound is not known", "write off, close or wide");
                return PhoneticTolerance.Off;
        }
    }

    private void CheckParts(IEnumerable<Phrase> phrases, YamlNode at)
    {
        foreach (var phrase in phrases)
        {
            var parts = PatternParser.Parts(phrase.Pattern);
            if (parts.Count is < 2 or > 8 || parts.Any(p => p.MayBeEmpty))
                _file.Fault(at, $"near needs two to eight parts that must all be said, not '{RuleFile.Short(phrase.Text)}'",
                    "write the parts with spaces between, (a|b) for choices, without * and [ ]");
        }
    }

    private void AddPhrases(YamlNode texts, IReadOnlyList<SpokenLanguage> languages, List<Phrase> phrases)
    {
        foreach (var text in _file.Texts(texts, "phrase"))
            phrases.AddRange(languages.Select(l => _file.ReadPhrase(text, l)).OfType<Phrase>());
    }

    private NotSaidCondition? NotSaid(YamlNode value)
    {
        if (value is not YamlMap map)
        {
            _file.Fault(value, "notSaid must have phrase and by", "write notSaid: { phrase: '...', by: 20s }");
            return null;
        }
        _file.OnlyKeys(map, "notSaid", "phrase", "by", "after");
        if (map["phrase"] is null) _file.Fault(map, "notSaid has no phrase", "add what must be said");
        if (map["by"] is null) _file.Fault(map, "notSaid has no by", "add the deadline: by: 20s");
        var phrase = map["phrase"] is { } p ? Phrase(p, false) : null;
        var by = map["by"] is { } b ? _file.Time(b, "by") : null;
        var after = map["after"] is { } a ? Phrase(a, false) : null;
        return phrase is not null && by is { } deadline ? new NotSaidCondition(phrase, deadline, after) : null;
    }

    private TimeSpan? Longer(YamlNode value, string kind)
    {
        if (value is not YamlMap map) return _file.Time(value, kind);
        _file.OnlyKeys(map, kind, "longer");
        if (map["longer"] is { } longer) return _file.Time(longer, "longer");
        _file.Fault(map, $"{kind} has no duration", $"write {kind}: {{ longer: 8s }}");
        return null;
    }

    private PaceCondition? Pace(YamlNode value)
    {
        if (value is not YamlMap map)
        {
            _file.Fault(value, "pace must have over and wordsPerMinute", "write pace: { over: 8s, wordsPerMinute: 280 }");
            return null;
        }
        _file.OnlyKeys(map, "pace", "over", "wordsPerMinute", "party");
        if (map["over"] is null) _file.Fault(map, "pace has no over", "add the shortest turn it judges: over: 8s");
        if (map["wordsPerMinute"] is null)
            _file.Fault(map, "pace has no wordsPerMinute", "add the limit: wordsPerMinute: 280, or one by language");
        var over = map["over"] is { } o ? _file.Time(o, "over") : null;
        var limits = map["wordsPerMinute"] is { } w ? Limits(w) : [];
        if (over is null || limits.Count == 0) return null;
        return new PaceCondition(over.Value, limits) { Party = map["party"] is { } party ? Party(party) : null };
    }

    private InflectionCondition? Inflection(YamlNode value)
    {
        if (value is YamlMap map)
        {
            _file.OnlyKeys(map, "inflection", "state", "party", "lineQuality");
            if (map["state"] is null) _file.Fault(map, "inflection has no state", "add state: watch or state: alert");
            return map["state"] is { } state && Mark(state) is { } mark
                ? new InflectionCondition(mark) { Party = map["party"] is { } party ? Party(party) : null, Line = Line(map) }
                : null;
        }
        return Mark(value) is { } only ? new InflectionCondition(only) : null;
    }

    private LineGrade Line(YamlMap map)
    {
        if (map["lineQuality"] is not { } line) return LineGrade.Poor;
        switch ((line as YamlText)?.Value)
        {
            case "good": return LineGrade.Good;
            case "fair": return LineGrade.Fair;
            default:
                _file.Fault(line, "lineQuality is not known", "write good or fair, or leave it out: the model's own gate always holds");
                return LineGrade.Poor;
        }
    }

    private InflectionMark? Mark(YamlNode node)
    {
        switch ((node as YamlText)?.Value)
        {
            case "watch": return InflectionMark.Watch;
            case "alert": return InflectionMark.Alert;
            case "any": return InflectionMark.Any;
            default:
                _file.Fault(node, "the state of inflection is not known", "write watch or alert (or any, for every window)");
                return null;
        }
    }

    private RaisedVoiceCondition? RaisedVoice(YamlNode value)
    {
        if (value is not YamlMap map)
        {
            _file.Fault(value, "raisedVoice must be a map", "write raisedVoice: {} or raisedVoice: { semitones: 4, decibels: 6 }");
            return null;
        }
        _file.OnlyKeys(map, "raisedVoice", "semitones", "decibels", "party", "lineQuality");
        var semitones = map["semitones"] is { } s ? Whole(s, "semitones", 3, 24) : 0;
        var decibels = map["decibels"] is { } d ? Whole(d, "decibels", 1, 40) : null;
        return semitones is { } up ? new RaisedVoiceCondition(up, decibels)
        {
            Party = map["party"] is { } party ? Party(party) : null,
            Line = Line(map),
        } : null;
    }

    private SecretCondition? Secret(YamlNode value)
    {
        var kinds = _file.Texts(value is YamlMap { Entries.Count: > 0 } map && map["kind"] is { } kind ? kind : value, "secret");
        if (value is YamlMap keyed) _file.OnlyKeys(keyed, "secret", "kind", "party");
        if (kinds.Count == 0) return null;
        return new SecretCondition([.. kinds.Select(k => k.Value).Distinct(StringComparer.Ordinal)])
        {
            Party = (value as YamlMap)?["party"] is { } party ? Party(party) : null,
        };
    }

    private FiredCondition? Fired(YamlNode value, YamlMap map, Place place)
    {
        if (place.InNone) _file.Fault(map, "fired has no meaning below none", "put the other rule's own conditions there");
        var ids = _file.Texts(value, "fired");
        return ids.Count > 0 ? new FiredCondition([.. ids.Select(t => t.Value).Distinct(StringComparer.Ordinal)]) : null;
    }

    private Dictionary<string, double> Limits(YamlNode node)
    {
        if (node is not YamlMap map)
            return Whole(node, "wordsPerMinute", 20, 1000) is { } one ? _languages.ToDictionary(l => l.Code, _ => (double)one) : [];
        _file.OnlyKeys(map, "wordsPerMinute", [.. _languages.Select(l => l.Code)]);
        var limits = new Dictionary<string, double>();
        foreach (var (key, value) in map.Entries)
            if (Whole(value, "wordsPerMinute", 20, 1000) is { } limit) limits[key.Value] = limit;
        return limits;
    }

    private int? Whole(YamlNode node, string what, int least, int most)
    {
        if (node is YamlText text && int.TryParse(text.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
            return number;
        _file.Fault(node, $"{what} is not a whole number from {least} to {most}", $"write for example {what}: {Math.Max(least, most / 4)}");
        return null;
    }

    public Party? Party(YamlNode node)
    {
        var name = (node as YamlText)?.Value;
        if (PartyName.Read(name) is { } party and not Core.Party.Unknown) return party;
        if (name != "any") _file.Fault(node, "party is not known", "write agent, customer or any");
        return null;
    }
}
