using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Reading;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Facts;

/// <summary>
/// The words and meanings that facts rest on: a file in the rule language whose rules have the ids of <see cref="FactCue"/>.
/// Compiled once, shared by all calls. A site may change the phrases or leave a rule out; what it leaves out is not known
/// of a call.
/// </summary>
public sealed class FactPhrases
{
    private readonly HashSet<(FactCue Cue, string Language)> _languages = [];
    private readonly HashSet<FactCue> _meanings = [];

    private FactPhrases(RuleSet rules)
    {
        Rules = rules;
        foreach (var rule in rules.Compiled)
        {
            var cue = FactCue.Of(rule.Rule.Id)!;
            foreach (var node in rule.Nodes.Where(n => !n.InNone))
            {
                if (node.Condition is PhraseCondition phrases) _languages.UnionWith(phrases.Phrases.Select(p => (cue, p.Language.Code)));
                if (node.Condition is MeaningCondition) _meanings.Add(cue);
            }
        }
    }

    /// <summary>No phrase at all: facts of time only.</summary>
    public static FactPhrases None { get; } = new(RuleSet.Empty);

    /// <summary>Fingerprint of the shape of facts and of the phrases: <c>1-3f0a9c21</c>.</summary>
    public string Version => $"{CallFacts.Shape}-{Rules.Version}";

    internal RuleSet Rules { get; }

    /// <param name="text">Compiles the conditions on meaning; null: left until a call needs them.</param>
    /// <exception cref="BadInputException">The file cannot be read, has mistakes, or names what is no fact.</exception>
    public static FactPhrases Load(string path, TextModel? text = null) => Of(RuleReader.Load(path, text), path);

    internal static FactPhrases Of(RuleSet rules, string name)
    {
        if (rules.Rules.FirstOrDefault(r => FactCue.Of(r.Id) is null) is { } other)
            throw new BadInputException($"{name}: rule '{other.Id}' belongs to no fact",
                $"use the ids {string.Join(", ", FactCue.All.Select(c => c.Id))}");
        return new FactPhrases(rules);
    }

    /// <summary>Whether there are phrases of a language for a cue.</summary>
    internal bool Knows(FactCue cue, string language) => _languages.Contains((cue, language));

    /// <summary>Whether a cue is known by meaning, too.</summary>
    internal bool Understands(FactCue cue) => _meanings.Contains(cue);
}
