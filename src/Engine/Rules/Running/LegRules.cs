using SpeechQA.Engine.Alerts;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Rules.Phrases;
using SpeechQA.Engine.Rules.Sound;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>
/// The rules that look at one leg, in the order of its own events. It also finds the phrases and paces of the rules across
/// legs, since words are matched once, and keeps them until the merged order reaches the same event.
/// </summary>
internal sealed class LegRules
{
    private readonly RuleCall _call;
    private readonly Party _party;
    private readonly RuleRun _run;
    private readonly LegWords _words = new();
    private readonly LegPace _pace = new();
    private readonly LegTone _tone = new();
    private readonly LegVoice[] _voice;
    private readonly Queue<(LegEvent Event, RuleSet Set, List<(RuleNode Node, Occurrence Found)> Found)> _acrossLegs = new();
    private readonly List<(RuleNode Node, Occurrence Found)> _found = [];

    public LegRules(RuleSet set, RuleCall call, int leg)
    {
        _call = call;
        _party = call.Parties[leg];
        _run = new RuleRun(set, call, leg);
        _voice = [new LegVoice(_party)];
    }

    /// <summary>Look-ups made so far for this leg's words.</summary>
    public long Steps => _words.Steps;

    public void Take(LegEvent e, RuleSet current, ICollection<Alert> alerts)
    {
        if (e is UtteranceSpoken { Utterance: var utterance })
        {
            if (current != _run.Set) _run.Change(current);
            _pace.Take(utterance);
            Phrases(utterance);
            Paces(utterance);
            Distribute();
        }
        if (e is InflectionMeasured measured)
        {
            Tones(measured);
            Distribute();
        }
        _voice[0].Take(e);
        _run.Pass(e.Decided, _voice);
        _run.Flush(alerts);
        if (_run.TakeElsewhere() is { } elsewhere) _acrossLegs.Enqueue((e, _run.Set, elsewhere));
    }

    /// <summary>
    /// What was found in an event for the rules across legs. Events are asked for in their order; what was found under
    /// rules no longer in force is left out.
    /// </summary>
    public IReadOnlyList<(RuleNode Node, Occurrence Found)> AcrossLegs(LegEvent e, RuleSet current)
    {
        if (!_acrossLegs.TryPeek(out var next) || !ReferenceEquals(next.Event, e)) return [];
        _acrossLegs.Dequeue();
        return next.Set == current ? next.Found : [];
    }

    private void Phrases(Utterance utterance)
    {
        foreach (var hit in _words.Take(utterance, _run.Set)) Phrase(_run.Set.Phrases[hit.Phrase], hit, utterance, null);
        foreach (var sound in utterance.Sounds)
            if (sound.Set == _run.Set && _words.HitOf(sound) is { } hit) Phrase(sound.Use, hit, utterance, sound);
    }

    private void Phrase(PhraseUse use, PhraseHit hit, Utterance utterance, SoundMatch? sound)
    {
        var rule = _run.Set.Compiled[use.Node.Rule];
        if (!rule.FitsQueue(_call.Queue) || !CompiledRule.FitsParty(use.Node.Party, _party)) return;
        var span = _words.SpanOf(hit);
        if (use.Node.Condition is PhraseCondition { Near: null }) Found(use, span, utterance, sound);
        else Near(use, span, utterance, sound);
    }

    private void Near(PhraseUse use, WordSpan span, Utterance utterance, SoundMatch? sound)
    {
        // The parts are gathered where the words are; only the whole goes on to the rule.
        var state = (NearState)_run.StateOf(_run.Set.Compiled[use.Node.Rule])[use.Node.Index];
        var part = new Occurrence { Start = 0, End = 0, Decided = 0, Leg = utterance.Leg, Words = span, Evidence = [] };
        if (state.Complete(use, part, PatternParser.Parts(use.Phrase.Pattern).Count) is { } whole) Found(use, whole, utterance, sound);
    }

    private void Found(PhraseUse use, WordSpan span, Utterance utterance, SoundMatch? sound) => _found.Add((use.Node, new Occurrence
    {
        Start = _words.StartOf(span),
        End = _words.EndOf(span),
        Decided = utterance.Decided,
        Leg = utterance.Leg,
        Words = span,
        Touching = ((PhraseCondition)use.Node.Condition).Touching,
        Evidence = use.Node.InNone ? [] : [_words.EvidenceOf(span, use, _party, sound)],
    }));

    private void Paces(Utterance utterance)
    {
        foreach (var node in _run.Set.Paces)
        {
            if (!_run.Set.Compiled[node.Rule].FitsQueue(_call.Queue) || !CompiledRule.FitsParty(node.Party, _party)) continue;
            if (_pace.Judge(node, utterance) is { } fast) _found.Add((node, fast));
        }
    }

    private void Tones(InflectionMeasured measured)
    {
        _tone.Take(measured);
        foreach (var node in _run.Set.Inflections)
        {
            if (!_run.Set.Compiled[node.Rule].FitsQueue(_call.Queue) || !CompiledRule.FitsParty(node.Party, _party)) continue;
            if (_tone.Judge(node, measured) is { } found) _found.Add((node, found));
        }
    }

    /// <summary>Gives what was found to its rules; what stands below none first, so that it is known when the words beside it are judged.</summary>
    private void Distribute()
    {
        for (var none = 1; none >= 0; none--)
            foreach (var (node, found) in _found)
                if (node.InNone == (none == 1)) _run.Feed(node, found);
        _found.Clear();
    }
}
