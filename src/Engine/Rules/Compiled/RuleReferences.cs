using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Phrases;

namespace SpeechQA.Engine.Rules.Compiled;

/// <summary>Which rules wait for which others (<c>fired</c>).</summary>
internal static class RuleReferences
{
    /// <summary>Ids that a condition names, on all its levels.</summary>
    public static IEnumerable<string> Of(Condition condition) =>
        (condition is FiredCondition fired ? fired.Rules : []).Concat(condition.Parts.SelectMany(Of));

    /// <summary>
    /// How many rules each waits through: 0 for one that names none. Counting stops above <see cref="RuleLimits.Nesting"/>,
    /// where rings end up, too.
    /// </summary>
    /// <param name="rules">With unique ids; all that are named are among them.</param>
    public static int[] Depths(IReadOnlyList<Rule> rules)
    {
        var index = rules.Select((r, i) => (r.Id, i)).ToDictionary(r => r.Id, r => r.i, StringComparer.Ordinal);
        var named = rules.Select(r => Of(r.When).Select(id => index[id]).ToArray()).ToArray();
        var depths = new int[rules.Count];
        for (var changed = true; changed && depths.All(d => d <= RuleLimits.Nesting);)
        {
            changed = false;
            for (var i = 0; i < depths.Length; i++)
            {
                var depth = named[i].Length == 0 ? 0 : named[i].Max(j => depths[j]) + 1;
                changed |= depth != depths[i];
                depths[i] = depth;
            }
        }
        return depths;
    }

    /// <summary>Lets each rule know who waits for it, and gives those that are waited for, each before those that wait.</summary>
    public static IReadOnlyList<CompiledRule> Link(IReadOnlyList<CompiledRule> compiled)
    {
        var named = compiled.Where(c => c.Nodes.Any(n => n.Condition is FiredCondition)).ToList();
        if (named.Count == 0) return [];
        var depths = Depths([.. compiled.Select(c => c.Rule)]);
        var byId = compiled.ToDictionary(c => c.Rule.Id, StringComparer.Ordinal);
        foreach (var rule in named.OrderBy(c => depths[c.Index]))
            foreach (var node in rule.Nodes)
                foreach (var id in node.Condition is FiredCondition fired ? fired.Rules : []) byId[id].AddWaiting(rule, node);
        return [.. compiled.Where(c => c.Waiting.Count > 0).OrderBy(c => depths[c.Index])];
    }
}
