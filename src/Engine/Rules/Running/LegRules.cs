using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Rules.Phrases;

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
    private readonly RuleRun _voiceRun;
    private readonly LegTone _voiceTone = new();
    private readonly LegMeaning _meaning;
    private readonly LegVoice[] _voice;
    private readonly LegDraft _draft;
    private readonly Queue<(LegEvent Event, RuleSet Set, List<(RuleNode Node, Occurrence Found)> Found)> _acrossLegs = new();
    private readonly List<(RuleNode Node, Occurrence Found)> _found = [];

    /// <param name="voice">When the leg had voice, in the order of its own events.</param>
    public LegRules(RuleSet set, RuleCall call, int leg, LegVoice voice)
    {
        _call = call;
        _party = call.Parties[leg];
        _run = new RuleRun(set, call, leg) { RaisedElsewhere = rule => rule.IsVoiceOnly };
        _voiceRun = new RuleRun(set, call, leg);
        _meaning = new LegMeaning(_party);
        _voice = [voice];
        _draft = new LegDraft(call, _party);
    }

    /// <summary>Look-ups made so far for this leg's words.</summary>
    public long Steps => _words.Steps;

    /// <summary>Takes the leg's next event.</summary>
    public void Apply(LegEvent e, RuleSet current, ICollection<Alert> alerts)
    {
        if (e is UtteranceSpoken { Utterance: var utterance } spoken)
        {
            if (current != _run.Set) _run.Change(current);
            _pace.Take(utterance);
            Phrases(utterance);
            Paces(utterance);
            Meanings(spoken);
            Distribute();
        }
        if (e is InflectionMeasured measured)
        {
            Tones(measured);
            Distribute();
        }
        _voice[0].Apply(e);
        _run.Pass(e.Decided, _voice);
        _run.Flush(alerts);
        if (_run.TakeElsewhere() is { } elsewhere) _acrossLegs.Enqueue((e, _run.Set, elsewhere));
    }

    /// <summary>Words of an utterance under way; nothing of them stays here.</summary>
    public bool JudgeDraft(Utterance soFar, bool paused, IReadOnlyList<Alert> early, ICollection<Alert> alerts) =>
        _draft.Judge(soFar, paused, _run, _words, early, alerts);

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
            if (sound.RuleSet == _run.Set.Id && _words.HitOf(sound) is { } hit)
                Phrase(_run.Set.Phrases[sound.Phrase], hit, utterance, sound);
    }

    private void Phrase(PhraseUse use, PhraseHit hit, Utterance utterance, PhoneticMatch? sound)
    {
        if (!Concerns(use.Node)) return;
        var span = _words.SpanOf(hit);
        if (use.Node.Condition is PhraseCondition { Near: null }) Found(use, span, utterance, sound);
        else Near(use, span, utterance, sound);
    }

    private bool Concerns(RuleNode node) => Concerns(node, _run.Set);

    private bool Concerns(RuleNode node, RuleSet set) => set.Compiled[node.Rule].FitsQueue(_call.Queue)
        && CompiledRule.FitsParty(node.Party, _party);

    private void Near(PhraseUse use, WordSpan span, Utterance utterance, PhoneticMatch? sound)
    {
        // The parts are gathered where the words are; only the whole goes on to the rule.
        var state = (NearState)_run.StateOf(_run.Set.Compiled[use.Node.Rule])[use.Node.Index];
        if (state.Complete(use, PartOf(span, utterance.Leg), PatternParser.Parts(use.Phrase.Pattern).Count) is { } whole
            && _words.Holds(whole)) Found(use, whole, utterance, sound);
    }

    private void Found(PhraseUse use, WordSpan span, Utterance utterance, PhoneticMatch? sound) =>
        _found.Add((use.Node, OccurrenceOf(_words, span, use, utterance, sound)));

    /// <summary>A part of a phrase with <c>near</c>: nothing is told of it before it is whole.</summary>
    internal static Occurrence PartOf(WordSpan span, int leg) =>
        new() { Start = 0, End = 0, Decided = 0, Leg = leg, Words = span, Evidence = [] };

    internal static Occurrence OccurrenceOf(LegWords words, WordSpan span, PhraseUse use, Utterance utterance,
        PhoneticMatch? sound = null) => new()
        {
            Start = words.StartOf(span),
            End = words.EndOf(span),
            Decided = utterance.Decided,
            Leg = utterance.Leg,
            Words = span,
            Touching = ((PhraseCondition)use.Node.Condition).Touching,
            Evidence = use.Node.InNone ? [] : [words.EvidenceOf(span, use, utterance, sound)],
        };

    private void Paces(Utterance utterance)
    {
        foreach (var node in _run.Set.Paces)
        {
            if (!Concerns(node)) continue;
            if (_pace.Judge(node, utterance) is { } fast) _found.Add((node, fast));
        }
    }

    private void Meanings(UtteranceSpoken spoken)
    {
        _meaning.Take(spoken);
        foreach (var node in _run.Set.Meanings)
        {
            if (!Concerns(node)) continue;
            if (_meaning.Judge(node, spoken, _run.Set.Understood) is { } found) _found.Add((node, found));
        }
    }

    /// <summary>Runs the rules that ask for nothing but the voice.</summary>
    public void JudgeVoice(InflectionMeasured measured, RuleSet current, ICollection<Alert> alerts)
    {
        if (current != _voiceRun.Set) _voiceRun.Change(current);
        _voiceTone.Take(measured);
        foreach (var node in current.Inflections)
        {
            if (!current.Compiled[node.Rule].IsVoiceOnly || !Concerns(node, current)) continue;
            if (_voiceTone.Judge(node, measured) is { } found) _voiceRun.Feed(node, found);
        }
        _voiceRun.Flush(alerts);
    }

    private void Tones(InflectionMeasured measured)
    {
        _tone.Take(measured);
        foreach (var node in _run.Set.Inflections)
        {
            if (!Concerns(node)) continue;
            if (_tone.Judge(node, measured) is { } found) _found.Add((node, found));
        }
    }

    /// <summary>
    /// Gives what was found to its rules; what stands below none first, so that it is known when the words beside it are judged.
    /// </summary>
    private void Distribute()
    {
        for (var none = 1; none >= 0; none--)
            foreach (var (node, found) in _found)
                if (node.InNone == (none == 1)) _run.Feed(node, found);
        _found.Clear();
    }
}
