using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Phrases;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>
/// Early alerts of one leg: what its rules would raise if the utterance under way ended as it is heard now. It works on
/// copies of what the finals have left behind (the words kept, and the states of the rules whose phrases occur), so the
/// finals never see it. Only rules that ask for nothing but phrases of this leg take part.
/// </summary>
internal sealed class LegDraft(RuleCall call, Party party)
{
    /// <summary>
    /// Audio without a further word that makes the last one whole, samples: as a pause does, which voice activity sees later.
    /// </summary>
    public static readonly long ClosingSilence = AudioTime.Position(0.3);

    private readonly LegWords _words = new();
    private readonly Dictionary<int, RuleState> _states = [];
    private readonly List<(RuleNode Node, Occurrence Found)> _found = [];
    private readonly List<Alert> _raised = [];

    /// <param name="soFar">The words of the utterance up to now.</param>
    /// <param name="paused">Silence follows them, which stands for the word that must follow a phrase.</param>
    /// <param name="run">The leg's rules after its last final.</param>
    /// <param name="heard">The leg's words up to its last final.</param>
    /// <param name="early">Alerts that were raised so and are not judged yet: their rules stay quiet.</param>
    /// <returns>Whether a phrase of a rule that is not quiet only lacks what must follow it.</returns>
    public bool Judge(Utterance soFar, bool paused, RuleRun run, LegWords heard, IReadOnlyList<Alert> early, ICollection<Alert> alerts)
    {
        _words.CopyFrom(heard);
        var waits = false;
        foreach (var hit in _words.Take(soFar, run.Set)) waits |= Waits(run.Set.Phrases[hit.Phrase], hit, null, soFar, paused, run, early);
        foreach (var sound in soFar.Sounds)
            if (sound.RuleSet == run.Set.Id && _words.HitOf(sound) is { } hit)
                waits |= Waits(run.Set.Phrases[sound.Phrase], hit, sound, soFar, paused, run, early);
        if (_found.Count == 0) return waits;
        for (var none = 1; none >= 0; none--)
            foreach (var (node, found) in _found)
                if (node.InNone == (none == 1)) _states[node.Rule][node.Index].Take(node, found);
        foreach (var state in _states.Values.OrderBy(s => s.Rule.Index)) Raise(state, early, alerts);
        _found.Clear();
        _states.Clear();
        return waits;
    }

    /// <summary>Takes a phrase that was heard, or that the words sound like.</summary>
    /// <returns>Whether its rule, which is not quiet, only lacks what must follow it.</returns>
    private bool Waits(PhraseUse use, PhraseHit hit, PhoneticMatch? sound, Utterance soFar, bool paused, RuleRun run,
        IReadOnlyList<Alert> early)
    {
        var rule = run.Set.Compiled[use.Node.Rule];
        return rule.CanBeEarly && run.Has(rule) && CompiledRule.FitsParty(use.Node.Party, party)
            && !Take(use, rule, hit, sound, soFar, paused, run) && !early.Any(a => a.Rule == rule.Rule.Id);
    }

    /// <returns>False: the phrase is there, but it may yet go on or be taken away.</returns>
    private bool Take(PhraseUse use, CompiledRule rule, PhraseHit hit, PhoneticMatch? sound, Utterance soFar, bool paused, RuleRun run)
    {
        if (!_states.TryGetValue(rule.Index, out var state)) _states[rule.Index] = state = run.CopyOf(rule);
        var span = _words.SpanOf(hit);
        if (state[use.Node.Index] is NearState near)
        {
            if (near.Complete(use, LegRules.PartOf(span, soFar.Leg), PatternParser.Parts(use.Phrase.Pattern).Count) is not { } all
                || !_words.Holds(all)) return true;
            span = all;
        }
        // What takes away counts from its last word on; what raises needs proof that it is whole and that nothing can take it away.
        var whole = _words.HasWordAfter(span) || _words.EndOf(span) + ClosingSilence <= soFar.End;
        if (!use.Node.InNone && !paused && !(whole && rule.Nones.All(none => !_words.MayYetExclude(none, span)))) return false;
        _found.Add((use.Node, LegRules.OccurrenceOf(_words, span, use, soFar, sound)));
        return true;
    }

    private void Raise(RuleState state, IReadOnlyList<Alert> early, ICollection<Alert> alerts)
    {
        foreach (var known in early)
            if (known.Rule == state.Rule.Rule.Id) state.QuietFrom(known.Start);
        state.Flush(_raised, call.Parties);
        foreach (var alert in _raised) alerts.Add(alert);
        _raised.Clear();
    }
}
