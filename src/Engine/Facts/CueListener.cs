using SpeechQA.Engine.Alerts;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Meaning;
using SpeechQA.Engine.Rules;

namespace SpeechQA.Engine.Facts;

/// <summary>A cue was heard. Positions are samples at 16 kHz since the start of the call.</summary>
internal sealed record HeardCue(int Leg, long Start, long End, FactEvidence Evidence);

/// <summary>
/// Finds cues in what is said: phrases first, in the rule language; where an utterance has no phrase of a cue, the
/// text model's intent at its strict threshold. Remembers the first and the last of each cue.
/// </summary>
internal sealed class CueListener
{
    /// <summary>Cues of one kind that are remembered from the beginning, and as many from the end.</summary>
    private const int Kept = 50;

    private readonly FactPhrases _phrases;
    private readonly CallRules _rules;
    private readonly (FactCue Cue, int Intent, IntentHead Head)[] _intents;
    private readonly Dictionary<FactCue, List<HeardCue>> _heard = FactCue.All.ToDictionary(c => c, _ => new List<HeardCue>());
    private readonly HashSet<(Party Party, string Language)> _spoken = [];
    private readonly HashSet<Party> _understood = [];
    private readonly List<Alert> _found = [];

    public CueListener(FactPhrases phrases, IReadOnlyList<IntentHead> intents, RuleCall call)
    {
        _phrases = phrases;
        _rules = new CallRules(phrases.Rules, call);
        _intents = [.. FactCue.All.SelectMany(cue => intents.Select((head, i) => (Cue: cue, Intent: i, Head: head)).Where(x => x.Head.Name == x.Cue.Intent))];
    }

    /// <summary>In the order of their decision.</summary>
    public IReadOnlyList<HeardCue> Heard(FactCue cue) => _heard[cue];

    /// <summary>Whether somebody who may say the cue has said something in a way that would have shown it.</summary>
    public bool CouldHear(FactCue cue) =>
        _spoken.Any(s => cue.Fits(s.Party) && _phrases.Knows(cue, s.Language)) || (_intents.Any(i => i.Cue == cue) && _understood.Any(cue.Fits));

    public void Take(LegEvent e)
    {
        _rules.OnLeg(e, _found);
        _rules.OnMerged(e, _found);
        foreach (var found in _found) Words(found);
        if (e is UtteranceSpoken spoken)
        {
            _spoken.Add((e.Party, spoken.Utterance.Language));
            if (spoken.Meaning is not null) Meanings(spoken, spoken.Meaning);
        }
        _found.Clear();
    }

    private void Words(Alert found)
    {
        var cue = FactCue.All.First(c => c.Id == found.Rule);
        if (found.Evidence.FirstOrDefault(x => x.Text is not null) is not { } words) return;
        Add(cue, new HeardCue(found.Leg, found.Start, found.End,
            new FactEvidence(cue.Id, found.Party, FactCollector.Seconds(words.Start), FactCollector.Seconds(words.End), words.Text!, "words", words.Pattern, null, null)));
    }

    private void Meanings(UtteranceSpoken spoken, UtteranceMeaning meaning)
    {
        _understood.Add(spoken.Party);
        foreach (var (cue, intent, head) in _intents)
        {
            if (!cue.Fits(spoken.Party) || _found.Exists(f => f.Rule == cue.Id)) continue;
            var (output, window) = meaning.Intent(intent);
            if (output <= head.ThresholdStrict) continue;
            Add(cue, new HeardCue(spoken.Leg, window.Start, window.End, new FactEvidence(cue.Id, spoken.Party, FactCollector.Seconds(window.Start),
                FactCollector.Seconds(window.End), window.Text, "meaning", null, Math.Round(output, 3), Math.Round(head.ThresholdStrict, 3))));
        }
    }

    private void Add(FactCue cue, HeardCue heard)
    {
        if (heard.Leg < 0) return;
        var list = _heard[cue];
        if (list.Count == 2 * Kept) list.RemoveAt(Kept);
        list.Add(heard);
    }
}
