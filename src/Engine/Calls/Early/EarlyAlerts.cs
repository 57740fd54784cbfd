using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Calls.Early;

/// <summary>
/// Early alerts of a call that no final has judged yet. A final confirms those that its own rules raise as well; the other
/// ones of its words are withdrawn.
/// </summary>
internal sealed class EarlyAlerts(int legs)
{
    /// <summary>Word times of a partial and of the final differ by so much at most.</summary>
    private static readonly long Slack = AudioTime.Position(0.3);

    /// <summary>An utterance that was cut leaves later words to the next one; ends of words differ by so much at most.</summary>
    private static readonly long CutSlack = AudioTime.Position(0.5);

    private readonly List<Alert>[] _open = [.. Enumerable.Range(0, legs).Select(_ => new List<Alert>())];

    /// <summary>Those of a leg.</summary>
    public IReadOnlyList<Alert> Open(int leg) => _open[leg];

    public void Add(Alert early) => _open[early.Leg].Add(early);

    /// <summary>The early alert that an alert of a final confirms, or null: it is new.</summary>
    public Alert? Confirm(Alert alert)
    {
        if (alert.Leg < 0) return null;
        var open = _open[alert.Leg];
        var i = open.FindIndex(e => e.Rule == alert.Rule && e.Start < alert.End + Slack && alert.Start < e.End + Slack);
        if (i < 0) return null;
        var early = open[i];
        open.RemoveAt(i);
        return early;
    }

    /// <summary>Takes out what an event of the leg has judged and its rules did not confirm.</summary>
    /// <returns>To be withdrawn, in the order they were raised.</returns>
    public IReadOnlyList<Alert> Judge(LegEvent e)
    {
        var open = _open[e.Leg];
        if (open.Count == 0 || JudgedUntil(e) is not { } until) return [];
        var judged = open.FindAll(a => a.End <= until);
        if (judged.Count > 0) open.RemoveAll(judged.Contains);
        return judged;
    }

    /// <summary>Why what an event has judged is withdrawn, for a person.</summary>
    public static string ReasonOf(LegEvent e) => e switch
    {
        UtteranceSpoken => "the final text does not hold it",
        NotSpeech => "it was no speech, or was given up under load",
        _ => "the call ended before the final text",
    };

    private static long? JudgedUntil(LegEvent e) => e switch
    {
        UtteranceSpoken { Utterance: var said } => said.End + CutSlack,
        NotSpeech not => not.End + CutSlack,
        LegEnded => long.MaxValue,
        _ => null,
    };
}
