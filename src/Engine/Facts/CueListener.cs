using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Secrets;

namespace SpeechQA.Engine.Facts;

/// <summary>A cue was heard. Positions are samples at 16 kHz since the start of the call.</summary>
internal sealed record HeardCue(int Leg, long Start, long End, FactEvidence Evidence);

/// <summary>
/// Finds cues in what is said, with the facts file as its rules. Words come first: what an utterance is only meant to say
/// counts where its words do not say it. Remembers the first and the last of each cue.
/// </summary>
internal sealed class CueListener
{
    /// <summary>Cues of one kind that are remembered from the beginning, and as many from the end.</summary>
    private const int Kept = 250;

    private readonly FactPhrases _phrases;
    private readonly CallRules _rules;
    private readonly Dictionary<FactCue, List<HeardCue>> _heard = FactCue.All.ToDictionary(c => c, _ => new List<HeardCue>());
    private readonly HashSet<(Party Party, string Language)> _spoken = [];
    private readonly HashSet<Party> _understood = [];
    private readonly List<Alert> _found = [];

    public CueListener(FactPhrases phrases, RuleCall call) =>
        (_phrases, _rules) = (phrases, new CallRules(phrases.Rules, call, inOneOrder: true));

    /// <summary>In the order of their decision.</summary>
    public IReadOnlyList<HeardCue> Heard(FactCue cue) => _heard[cue];

    /// <summary>Whether somebody who may say the cue has said something in a way that would have shown it.</summary>
    public bool CouldHear(FactCue cue) =>
        _spoken.Any(s => cue.Fits(s.Party) && _phrases.Knows(cue, s.Language)) || (_phrases.Understands(cue) && _understood.Any(cue.Fits));

    /// <summary>Takes the next event; all legs have passed its decision time.</summary>
    public void Hear(LegEvent e)
    {
        _rules.OnLeg(e, _found);
        _rules.OnMerged(e, _found);
        foreach (var found in _found)
        {
            var cue = FactCue.Of(found.Rule)!;
            if (found.Rule == cue.Id || !_found.Exists(f => f.Rule == cue.Id)) Add(cue, AlertMask.Of(found));
        }
        _found.Clear();
        if (e is not UtteranceSpoken spoken) return;
        _spoken.Add((e.Party, spoken.Utterance.Language));
        if (spoken.Meaning is not null) _understood.Add(e.Party);
    }

    private void Add(FactCue cue, Alert found)
    {
        if (found.Leg < 0 || found.Evidence.FirstOrDefault(x => x.Text is not null) is not { } words) return;
        var list = _heard[cue];
        if (list.Count == 2 * Kept) list.RemoveAt(Kept);
        list.Add(new HeardCue(found.Leg, found.Start, found.End, new FactEvidence(cue.Id, found.Party, found.Leg,
            FactCollector.Seconds(words.Start), FactCollector.Seconds(words.End), words.Text!, words.Kind == "meaning"
                ? "meaning"
                : "words", words.Pattern, words.Value, words.Limit)));
    }
}
