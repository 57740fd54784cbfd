using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>
/// Silence of all legs since the last word of anybody. Before the first word there is none: ringing and queues are not
/// the agent's silence. Voice that is still undecided defers the decision; once it is found to be music the silence is
/// known at once.
/// </summary>
internal sealed class CallSilence(IReadOnlyList<LegVoice> voices)
{
    /// <summary>End of the speech after which a condition was met, so that one silence is told once.</summary>
    private readonly Dictionary<(int Rule, int Node), long> _told = [];
    private long _lastWithdrawal;

    /// <summary>Takes the next event.</summary>
    public void Apply(LegEvent e)
    {
        if (e is NotSpeech { IsVoice: false }) _lastWithdrawal = e.Decided;
    }

    /// <param name="now">Every leg has passed it.</param>
    public Occurrence? Judge(RuleNode node, long now)
    {
        var longer = AudioTime.Position(((SilenceCondition)node.Condition).Longer.TotalSeconds);
        var start = -1L;
        foreach (var voice in voices) start = Math.Max(start, voice.LastSpeechEnd);
        if (start < 0 || now < start + longer + RuleRun.VoiceDelay) return null;
        if (_told.TryGetValue((node.Rule, node.Index), out var told) && told == start) return null;
        foreach (var voice in voices)
            if (voice.MayHaveSpokenBefore(start + longer)) return null;
        _told[(node.Rule, node.Index)] = start;
        var known = Math.Max(start + longer, _lastWithdrawal);
        return new Occurrence
        {
            Start = start,
            End = known,
            Decided = Math.Max(start + longer + RuleRun.VoiceDelay, _lastWithdrawal),
            Leg = -1,
            Evidence =
            [
                new Evidence
                {
                    Kind = "silence",
                    Party = Party.Unknown,
                    Leg = -1,
                    Start = start,
                    End = known,
                    How = "measured",
                    Value = Math.Round(AudioTime.Seconds(known - start), 1),
                    Limit = AudioTime.Seconds(longer),
                    Unit = "s",
                },
            ],
        };
    }
}
