using System.Collections.Concurrent;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Rules.Compiled;

/// <summary>
/// Conditions on meaning, compiled once for a text model and shared by all calls. What was not prepared is compiled when
/// first needed (about 1 ms for each example).
/// </summary>
internal sealed class MeaningRules
{
    private readonly ConcurrentDictionary<(MeaningCondition, TextModel), SemanticRule> _compiled = new(Same.Instance);
    private readonly ConcurrentDictionary<(string, TextModel), int> _intents = [];

    public SemanticRule RuleOf(MeaningCondition condition, TextModel model) =>
        _compiled.GetOrAdd((condition, model), static key =>
            SemanticRule.Compile(key.Item2, key.Item1.Examples, key.Item1.Unlike, (float?)key.Item1.Threshold, key.Item1.FalseAlarms));

    /// <summary>Index of an intent in the model's outputs, or -1 when it has none of that name.</summary>
    public int IntentOf(string name, TextModel model) =>
        _intents.GetOrAdd((name, model), static key =>
            key.Item2.Intents.Index().Where(i => i.Item.Name == key.Item1).Select(i => i.Index).DefaultIfEmpty(-1).First());

    /// <summary>Compiles all of a set before calls need it.</summary>
    /// <returns>Rules that name an intent the model does not have, with the name.</returns>
    public IReadOnlyList<(Rule Rule, string Intent)> Prepare(RuleSet set, TextModel model)
    {
        var unknown = new List<(Rule, string)>();
        foreach (var node in set.Meanings)
        {
            if (node.Condition is not MeaningCondition condition) continue;
            if (condition.Intent is null) RuleOf(condition, model);
            else if (IntentOf(condition.Intent, model) < 0) unknown.Add((set.Rules[node.Rule], condition.Intent));
        }
        return unknown;
    }

    /// <summary>Conditions are compared by reference: two rules may say the same.</summary>
    private sealed class Same : IEqualityComparer<(MeaningCondition, TextModel)>
    {
        public static readonly Same Instance = new();

        public bool Equals((MeaningCondition, TextModel) a, (MeaningCondition, TextModel) b) => ReferenceEquals(a.Item1, b.Item1)
            && a.Item2 == b.Item2;

        public int GetHashCode((MeaningCondition, TextModel) key) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(key.Item1);
    }
}
