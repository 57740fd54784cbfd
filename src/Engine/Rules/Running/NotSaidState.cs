using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>
/// <c>notSaid</c>: remembers when the phrase was said and from when it is due. Whoever runs it asks at each deadline,
/// once no word spoken before it can still come.
/// </summary>
internal sealed class NotSaidState(NotSaidCondition condition) : ConditionState
{
    private readonly long _by = AudioTime.Position(condition.By.TotalSeconds);
    private readonly Queue<long> _said = new();
    private readonly Queue<long> _due = new();
    private long _begun;

    /// <summary>The next deadline, or null.</summary>
    public long? Deadline => _due.TryPeek(out var due) ? due : null;

    /// <summary>Words begun before the deadline were still to come when it passed.</summary>
    public bool Waited { get; set; }

    /// <summary>
    /// Its deadline passed before the party had said a word (ringing, a queue, music): the time counts from the first word.
    /// </summary>
    public bool AwaitsSpeech { get; private set; }

    /// <summary>Counts the time from the start of the call.</summary>
    public void Begin() => _due.Enqueue(_by);

    /// <summary>Gives the deadline up until the party speaks.</summary>
    public void AwaitSpeech()
    {
        _due.Dequeue();
        Waited = false;
        AwaitsSpeech = true;
    }

    /// <summary>The party has begun to speak.</summary>
    public void Begin(long firstSpeech)
    {
        AwaitsSpeech = false;
        _begun = firstSpeech;
        _due.Enqueue(_begun + _by);
    }

    /// <summary>The phrase's node comes directly after this one, the node of <c>after</c> behind it.</summary>
    public override void Take(RuleNode from, Occurrence found)
    {
        if (from.Index == Node.Index + 1) _said.Enqueue(found.Start);
        else if (!_due.Contains(found.End + _by)) _due.Enqueue(found.End + _by);
    }

    /// <summary>The deadline is over for good: raises what was not said.</summary>
    /// <param name="decided">Audio position at which that is known.</param>
    /// <param name="leg">The leg whose rules run, or -1 for the rules across legs.</param>
    /// <param name="heard">The legs on which it could have been said.</param>
    /// <param name="judged">False when the rule does not know the leg's language: then it is not judged.</param>
    public void Expire(long decided, int leg, IReadOnlyList<LegVoice> heard, bool judged)
    {
        var due = _due.Dequeue();
        Waited = false;
        var from = condition.After is null ? _begun : due - _by;
        while (_said.TryPeek(out var said) && said < from) _said.Dequeue();
        if (!judged || (_said.TryPeek(out var first) && first < due)) return;
        Raise(new Occurrence
        {
            Start = due,
            End = due,
            Decided = decided,
            Leg = leg,
            Evidence =
            [
                new Evidence
                {
                    Kind = "notSaid",
                    Party = heard[0].Party,
                    // Of several who could have said it nobody in particular failed to.
                    Leg = heard.Count == 1 ? heard[0].Leg : -1,
                    Start = from,
                    End = due,
                    Pattern = condition.Phrase.Phrases[0].Text,
                    How = "not heard",
                    Limit = condition.By.TotalSeconds,
                    Unit = "s",
                },
            ],
        });
    }
}
