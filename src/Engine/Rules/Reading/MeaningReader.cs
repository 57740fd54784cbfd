using System.Globalization;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Phrases;

namespace SpeechQA.Engine.Rules.Reading;

/// <summary>Reads the conditions on meaning and sentiment.</summary>
internal sealed class MeaningReader(RuleFile file, Func<YamlNode, Party?> party)
{
    public MeaningCondition? Meaning(YamlNode value)
    {
        if (value is not YamlMap map)
        {
            file.Fault(value, "meaning must have an intent or examples",
                "write meaning: { intent: cancel } or meaning: { examples: [...] }");
            return null;
        }
        file.OnlyKeys(map, "meaning", "intent", "strict", "examples", "unlike", "threshold", "falseAlarms", "party");
        var intent = map["intent"] is { } name ? file.Text(name, "intent") : null;
        if (map["intent"] is null == map["examples"] is null)
        {
            file.Fault(map, map["intent"] is null
                ? "meaning has neither intent nor examples"
                : "meaning has both intent and examples", "give one of them");
            return null;
        }
        foreach (var key in map["intent"] is null ? new[] { "strict" } : ["unlike", "falseAlarms"])
            if (map[key] is { } useless)
                file.Fault(useless, $"'{key}' has no meaning here", $"use it with {(map["intent"] is null ? "intent" : "examples")}");
        var examples = Examples(map, "examples");
        var unlike = Examples(map, "unlike");
        if (map["intent"] is null && examples.Count == 0) return null;
        if (unlike.Intersect(examples, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } both)
            file.Fault(map["unlike"]!, $"'{RuleFile.Short(both)}' is both an example and unlike", "keep it in one of them");
        return new MeaningCondition
        {
            Intent = intent,
            Strict = map["strict"] is YamlText { Value: "true" },
            Examples = examples,
            Unlike = unlike,
            Threshold = map["threshold"] is { } t ? Number(t, "threshold", -3, 3) : null,
            FalseAlarms = map["falseAlarms"] is { } f ? Number(f, "falseAlarms", 0.0001, 0.5) : null,
            Party = map["party"] is { } p ? party(p) : null,
        };
    }

    public SentimentCondition? Sentiment(YamlNode value)
    {
        if (value is not YamlMap map || map["below"] is null == map["above"] is null)
        {
            file.Fault(value, "sentiment must have below or above",
                "write sentiment: { below: -0.5 }, and of: call for the level over the call");
            return null;
        }
        file.OnlyKeys(map, "sentiment", "below", "above", "of", "party");
        var of = (map["of"] as YamlText)?.Value;
        if (map["of"] is { } wrong && of is not ("utterance" or "call")) file.Fault(wrong, "'of' is not known", "write utterance or call");
        return new SentimentCondition(of == "call")
        {
            Below = map["below"] is { } below ? Number(below, "below", -1, 1) : null,
            Above = map["above"] is { } above ? Number(above, "above", -1, 1) : null,
            Party = map["party"] is { } p ? party(p) : null,
        };
    }

    private List<string> Examples(YamlMap map, string key)
    {
        var texts = map[key] is { } value ? file.Texts(value, key) : [];
        foreach (var text in texts.Where(t => t.Value.Length > RuleLimits.ExampleCharacters))
            file.Fault(text, $"an example of {text.Value.Length} characters",
                $"give utterances of 3 to 40 words, at most {RuleLimits.ExampleCharacters} characters");
        return [.. texts.Select(t => t.Value)];
    }

    private double? Number(YamlNode node, string what, double least, double most)
    {
        if (node is YamlText text && double.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
            return number;
        file.Fault(node, string.Create(CultureInfo.InvariantCulture, $"{what} is not a number from {least} to {most}"),
            $"correct it, or leave {what} out");
        return null;
    }
}
