using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules;

namespace SpeechQA.Engine.Tests.Fakes;

/// <summary>Rules that throw in one of their methods; the others alert on every utterance.</summary>
/// <param name="method">Name of the method that throws; null: none.</param>
internal sealed class FaultyRules(string? method = null) : ICallRules
{
    private readonly FakeRules _rules = new();

    public void OnLeg(LegEvent e, ICollection<Alert> alerts)
    {
        Throw(nameof(OnLeg));
        _rules.OnLeg(e, alerts);
    }

    public void OnVoice(InflectionMeasured e, ICollection<Alert> alerts) => Throw(nameof(OnVoice));

    public void OnMerged(LegEvent e, ICollection<Alert> alerts)
    {
        Throw(nameof(OnMerged));
        _rules.OnMerged(e, alerts);
    }

    public bool MayBeEarly(Party party)
    {
        Throw(nameof(MayBeEarly));
        return true;
    }

    public bool OnDraft(Utterance soFar, bool paused, IReadOnlyList<Alert> early, ICollection<Alert> alerts)
    {
        Throw(nameof(OnDraft));
        return false;
    }

    private void Throw(string here)
    {
        if (here == method) throw new InvalidOperationException($"a fault in {here}");
    }
}
