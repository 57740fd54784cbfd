using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>One rule on one leg, or on the whole call: its conditions' states, and its cool-down.</summary>
internal sealed class RuleState
{
    private readonly ConditionState[] _states;
    private readonly List<Occurrence> _found = [];
    private long _quietUntil = long.MinValue;

    public RuleState(CompiledRule rule)
    {
        Rule = rule;
        _states = [.. rule.Nodes.Select(node => ConditionState.Of(node, rule, this))];
    }

    /// <summary>Also used after a reload, when the rule kept its version.</summary>
    public CompiledRule Rule { get; set; }

    public ConditionState this[int node] => _states[node];

    /// <summary>What was found since the last flush.</summary>
    public IReadOnlyList<Occurrence> Found => _found;

    /// <summary>Takes over what another state of the same rule remembers between two flushes.</summary>
    public void CopyFrom(RuleState other)
    {
        _quietUntil = other._quietUntil;
        for (var i = 0; i < _states.Length; i++) _states[i].CopyFrom(other._states[i]);
    }

    /// <summary>An alert that began then keeps the rule quiet for its cool-down.</summary>
    public void QuietFrom(long start) => _quietUntil = Math.Max(_quietUntil, start + AudioTime.Position(Rule.Rule.CoolDown.TotalSeconds));

    public IEnumerable<NotSaidState> Deadlines => _states.OfType<NotSaidState>();

    public void Raise(RuleNode node, Occurrence found)
    {
        if (node.Parent < 0) _found.Add(found);
        else _states[node.Parent].Take(node, found);
    }

    /// <summary>
    /// Turns what was found since the last call into alerts. Of matches that overlap the earliest and longest remains.
    /// Within the cool-down there is no second alert: what is found together with the first is added to its evidence, what
    /// comes later is left out.
    /// </summary>
    public void Flush(ICollection<Alert> alerts, IReadOnlyList<Party> parties)
    {
        if (_found.Count == 0) return;
        _found.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.End.CompareTo(a.End));
        var together = new List<Occurrence>();
        foreach (var found in _found)
        {
            if (together.Count > 0 ? found.Start < together[^1].End : found.Start < _quietUntil) continue;
            if (together.Count > 0 && found.Start >= _quietUntil)
            {
                alerts.Add(ToAlert(Occurrence.Union(together), parties));
                together.Clear();
            }
            if (together.Count == 0) QuietFrom(found.Start);
            together.Add(found);
        }
        if (together.Count > 0) alerts.Add(ToAlert(Occurrence.Union(together), parties));
        _found.Clear();
    }

    private Alert ToAlert(Occurrence found, IReadOnlyList<Party> parties) => new()
    {
        Rule = Rule.Rule.Id,
        Version = Rule.Rule.Version,
        Name = Rule.Rule.Name,
        Severity = Rule.Rule.Severity,
        Party = found.Leg >= 0 ? parties[found.Leg] : Party.Unknown,
        Leg = found.Leg,
        Start = found.Start,
        End = found.End,
        Decided = found.Decided,
        Summary = EvidenceText.Summary(found.Evidence),
        Evidence = found.Evidence,
    };
}
