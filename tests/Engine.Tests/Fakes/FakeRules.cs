using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Rules;

namespace SpeechQA.Engine.Tests.Fakes;

/// <summary>Alerts on every utterance, on its leg and in the merged order, and remembers the merged order.</summary>
internal sealed class FakeRules : ICallRules
{
    public List<LegEvent> Merged { get; } = [];

    public void OnLeg(LegEvent e, ICollection<Alert> alerts)
    {
        if (e is UtteranceSpoken u) alerts.Add(AlertOf("leg", u));
    }

    public void OnMerged(LegEvent e, ICollection<Alert> alerts)
    {
        Merged.Add(e);
        if (e is UtteranceSpoken u) alerts.Add(AlertOf("merged", u));
    }

    public bool OnDraft(Utterance soFar, bool paused, IReadOnlyList<Alert> early, ICollection<Alert> alerts) => false;

    private static Alert AlertOf(string rule, UtteranceSpoken e) => new()
    {
        Rule = rule,
        Version = "00000000",
        Name = rule,
        Severity = Severity.Info,
        Party = e.Party,
        Leg = e.Leg,
        Start = e.Utterance.Start,
        End = e.Utterance.End,
        Decided = e.Decided,
        Summary = e.Utterance.Text,
        Evidence = [],
    };
}
