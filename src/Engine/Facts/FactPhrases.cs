using SpeechQA.Engine.Rules;

namespace SpeechQA.Engine.Facts;

/// <summary>
/// The phrases that facts rest on: a file in the rule language whose rules have the ids of <see cref="FactCue"/>. Compiled
/// once, shared by all calls. A site may change the phrases or leave a rule out; what it leaves out is not known of a call.
/// </summary>
public sealed class FactPhrases
{
    private FactPhrases(RuleSet rules) => Rules = rules;

    /// <summary>No phrase at all: facts of time only.</summary>
    public static FactPhrases None { get; } = new(RuleSet.Empty);

    /// <summary>Fingerprint of the shape of facts and of the phrases.</summary>
    public string Version => $"{CallFacts.Shape}-{Rules.Version}";

    internal RuleSet Rules { get; }

    /// <exception cref="BadInputException">The file cannot be read, has mistakes, or names what is no fact.</exception>
    public static FactPhrases Load(string path) => Of(RuleSet.Load(path), path);

    internal static FactPhrases Of(RuleSet rules, string name)
    {
        var known = FactCue.All.Select(c => c.Id).ToList();
        if (rules.Rules.FirstOrDefault(r => !known.Contains(r.Id)) is { } other)
            throw new BadInputException($"{name}: rule '{other.Id}' belongs to no fact", $"use the ids {string.Join(", ", known)}");
        return new FactPhrases(rules);
    }

    /// <summary>Whether the words of a language can be told apart for a cue.</summary>
    internal bool Knows(FactCue cue, string language) => Rules.Compiled
        .Any(rule => rule.Rule.Id == cue.Id && rule.Nodes.Any(n => n.Condition is PhraseCondition p && p.Phrases.Any(x => x.Language.Code == language)));
}
