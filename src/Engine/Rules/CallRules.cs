using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Running;

namespace SpeechQA.Engine.Rules;

/// <summary>
/// The rules of one call. Rules about one leg run once for each leg of their party, in the leg's own order; rules across
/// legs (silence, talk-over, conditions on different parties) run once, in the merged order. Everything depends on the
/// events alone. New rules of the source take effect on a leg with its next utterance; a rule that did not change keeps
/// its state and cool-down. Not safe for concurrent use.
/// </summary>
public sealed class CallRules : ICallRules
{
    private readonly IRuleSource _source;
    private readonly LegRules[] _legs;
    private readonly MergedRules _merged;

    /// <param name="source">A fixed <see cref="RuleSet"/>, or a <see cref="RuleFolder"/> that reloads.</param>
    public CallRules(IRuleSource source, RuleCall call)
        : this(source, call, inOneOrder: false)
    {
    }

    /// <param name="inOneOrder">Events are given in the merged order only: what the legs know of voices is what the call knows.</param>
    internal CallRules(IRuleSource source, RuleCall call, bool inOneOrder)
    {
        _source = source;
        var set = source.Current;
        var voices = call.Voices ?? LegVoice.Of(call.Parties);
        var legs = inOneOrder ? voices : LegVoice.Of(call.Parties);
        _legs = [.. legs.Select((voice, leg) => new LegRules(set, call, leg, voice))];
        _merged = new MergedRules(set, call, voices);
    }

    /// <summary>Automaton look-ups made so far: the work of matching, independent of the machine.</summary>
    internal long Steps => _legs.Sum(l => l.Steps);

    /// <inheritdoc/>
    public void OnLeg(LegEvent e, ICollection<Alert> alerts) => _legs[e.Leg].Apply(e, _source.Current, alerts);

    /// <inheritdoc/>
    public bool OnDraft(Utterance soFar, bool paused, IReadOnlyList<Alert> early, ICollection<Alert> alerts) =>
        _legs[soFar.Leg].JudgeDraft(soFar, paused, early, alerts);

    /// <inheritdoc/>
    public bool MayBeEarly(Party party) => _source.Current.MayBeEarly(party);

    /// <inheritdoc/>
    public void OnVoice(InflectionMeasured e, ICollection<Alert> alerts) => _legs[e.Leg].JudgeVoice(e, _source.Current, alerts);

    /// <inheritdoc/>
    public void OnMerged(LegEvent e, ICollection<Alert> alerts) => _merged.Apply(e, _legs[e.Leg], _source.Current, alerts);
}
