using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>
/// The rules that run in one order of events: those of one leg, or those across the legs of a call. States are made when
/// a rule first finds something, so a call costs nothing for rules that stay silent.
/// </summary>
internal sealed class RuleRun
{
    /// <summary>Voice is reported up to so much after it began (two frames, and the step of the events).</summary>
    public const long VoiceDelay = AudioTime.Rate / 5;

    private readonly RuleCall _call;
    private readonly int _leg;
    private readonly Dictionary<int, RuleState> _states = [];
    private readonly SortedSet<int> _touched = [];
    private readonly List<RuleState> _due = [];
    private readonly List<Alert> _unheard = [];
    private List<(RuleNode, Occurrence)> _elsewhere = [];
    private long _nextDeadline = long.MaxValue;
    private bool _silent;   // a deadline waits for the party's first word

    /// <param name="leg">The leg whose rules run here, or -1 for the rules across legs.</param>
    public RuleRun(RuleSet set, RuleCall call, int leg)
    {
        _call = call;
        _leg = leg;
        Set = set;
        BeginDeadlines();
    }

    public RuleSet Set { get; private set; }

    /// <summary>Rules that run here only for others to learn what they found: their alerts are raised elsewhere.</summary>
    public Predicate<CompiledRule>? RaisedElsewhere { get; init; }

    /// <summary>Whether a rule runs here and looks at this call.</summary>
    public bool Has(CompiledRule rule) => rule.AcrossLegs == _leg < 0 && rule.FitsQueue(_call.Queue);

    public RuleState StateOf(CompiledRule rule)
    {
        if (!_states.TryGetValue(rule.Index, out var state)) _states[rule.Index] = state = new RuleState(rule);
        return state;
    }

    /// <summary>A state like that of the rule, which nobody else sees.</summary>
    public RuleState CopyOf(CompiledRule rule)
    {
        var copy = new RuleState(rule);
        if (_states.TryGetValue(rule.Index, out var state)) copy.CopyFrom(state);
        return copy;
    }

    /// <summary>Gives an occurrence to a condition; one of a rule across legs is kept for the merged order.</summary>
    public void Feed(RuleNode node, Occurrence found)
    {
        if (_leg >= 0 && Set.Compiled[node.Rule].AcrossLegs)
        {
            _elsewhere.Add((node, found));
            return;
        }
        var state = StateOf(Set.Compiled[node.Rule]);
        state[node.Index].Take(node, found);
        Touch(state);
    }

    /// <summary>Notes that a rule may have found something.</summary>
    public void Touch(RuleState state)
    {
        _touched.Add(state.Rule.Index);
        if (state.Deadlines.Any(d => d.Deadline is not null) && !_due.Contains(state)) _due.Add(state);
        if (_due.Count > 0) FindNextDeadline();
    }

    /// <summary>Judges the deadlines that audio has passed, unless a word begun before one may still come.</summary>
    /// <param name="now">All legs of this run have passed it.</param>
    public void Pass(long now, IReadOnlyList<LegVoice> voices)
    {
        if (_silent) BeginWithSpeech(voices);
        if (now < _nextDeadline + VoiceDelay || _nextDeadline == long.MaxValue) return;
        foreach (var state in _due.ToArray())
        {
            foreach (var notSaid in state.Deadlines)
            {
                var condition = (NotSaidCondition)notSaid.Node.Condition;
                while (notSaid.Deadline is { } due && due + VoiceDelay <= now)
                {
                    var heard = voices.Where(v => CompiledRule.FitsParty(notSaid.Node.Party, v.Party)).ToList();
                    if (heard.Exists(v => v.MayHaveSpokenBefore(due)))
                    {
                        notSaid.Waited = true;
                        break;
                    }
                    if (condition.After is null && FirstSpeech(heard) is var first && (first < 0 || first >= due))
                    {
                        // Once it counts from the first word the deadline lies behind it, so this happens once.
                        notSaid.AwaitSpeech();
                        _silent = true;
                        break;
                    }
                    var judged = heard.Count > 0 && heard.TrueForAll(v => !v.IsUnknown)
                        && heard.TrueForAll(v => v.Language is null || condition.Phrase.Phrases.Any(p => p.Language.Code == v.Language));
                    notSaid.Expire(notSaid.Waited ? now : due + VoiceDelay, _leg, heard, judged);
                    _touched.Add(state.Rule.Index);
                }
            }
        }
        _due.RemoveAll(s => s.Deadlines.All(d => d.Deadline is null));
        FindNextDeadline();
    }

    /// <summary>Starts the time of deadlines whose party had said nothing when they passed.</summary>
    private void BeginWithSpeech(IReadOnlyList<LegVoice> voices)
    {
        if (FirstSpeech(voices) < 0) return;
        _silent = false;
        foreach (var state in _states.Values)
        {
            foreach (var notSaid in state.Deadlines.Where(d => d.AwaitsSpeech))
            {
                var first = FirstSpeech(voices.Where(v => CompiledRule.FitsParty(notSaid.Node.Party, v.Party)));
                _silent |= first < 0;
                if (first < 0) continue;
                notSaid.Begin(first);
                if (!_due.Contains(state)) _due.Add(state);
            }
        }
        FindNextDeadline();
    }

    /// <summary>Where the first of them began to speak, or -1.</summary>
    private static long FirstSpeech(IEnumerable<LegVoice> voices) =>
        voices.Where(v => v.FirstSpeech >= 0).Select(v => v.FirstSpeech).DefaultIfEmpty(-1).Min();

    /// <summary>What rules across legs are to get of what was found here since the last call; null when there is nothing.</summary>
    public List<(RuleNode Node, Occurrence Found)>? TakeElsewhere()
    {
        if (_elsewhere.Count == 0) return null;
        var taken = _elsewhere;
        _elsewhere = [];
        return taken;
    }

    /// <summary>Gives the alerts of what was found since the last call, in the order of the rules.</summary>
    public void Flush(ICollection<Alert> alerts)
    {
        if (_touched.Count == 0) return;
        PassOn();
        foreach (var rule in _touched)
            _states[rule].Flush(RaisedElsewhere is not null && RaisedElsewhere(Set.Compiled[rule]) ? _unheard : alerts, _call.Parties);
        _unheard.Clear();
        _touched.Clear();
    }

    /// <summary>Changes to a new set; a rule whose id and version stay keeps its state and cool-down.</summary>
    public void Change(RuleSet set)
    {
        var kept = _states.Values.ToDictionary(s => (s.Rule.Rule.Id, s.Rule.Rule.Version));
        _states.Clear();
        _touched.Clear();
        _due.Clear();
        Set = set;
        foreach (var rule in set.Compiled)
        {
            if (!kept.TryGetValue((rule.Rule.Id, rule.Rule.Version), out var state)) continue;
            state.Rule = rule;
            _states[rule.Index] = state;
            if (state.Deadlines.Any(d => d.Deadline is not null)) _due.Add(state);
        }
        _silent = _states.Values.Any(s => s.Deadlines.Any(d => d.AwaitsSpeech));
        FindNextDeadline();
    }

    /// <summary>Deadlines that count from the start of the call; a rule that comes later does not judge what it has not heard.</summary>
    private void BeginDeadlines()
    {
        foreach (var rule in Set.Deadlines)
        {
            if (!Has(rule)) continue;
            if (_leg >= 0 && !CompiledRule.FitsParty(rule.Nodes.First(n => n.Condition is PhraseCondition).Party, _call.Parties[_leg]))
                continue;
            var state = StateOf(rule);
            foreach (var notSaid in state.Deadlines)
                if (notSaid.Node.Condition is NotSaidCondition { After: null }) notSaid.Begin();
            _due.Add(state);
        }
        FindNextDeadline();
    }

    /// <summary>
    /// Rules that wait for others learn what these found; the order of <see cref="RuleSet.Referred"/> makes one round enough.
    /// </summary>
    private void PassOn()
    {
        foreach (var rule in Set.Referred)
        {
            if (!_touched.Contains(rule.Index)) continue;
            foreach (var found in _states[rule.Index].Found)
                foreach (var node in rule.Waiting)
                    if (Set.Compiled[node.Rule].FitsQueue(_call.Queue)
                        && (found.Leg < 0 || CompiledRule.FitsParty(node.Party, _call.Parties[found.Leg])))
                        Feed(node, found);
        }
    }

    private void FindNextDeadline() =>
        _nextDeadline = _due.SelectMany(s => s.Deadlines).Select(d => d.Deadline ?? long.MaxValue).DefaultIfEmpty(long.MaxValue).Min();
}
