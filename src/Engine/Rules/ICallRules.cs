using SpeechQA.Engine.Conversation;

namespace SpeechQA.Engine.Rules;

/// <summary>
/// The rules in force for one call, with their state. The call's timeline is the single caller. Every event is given
/// twice: once as soon as its leg decided it, for conditions that look at one leg, and once in the merged order of all
/// legs (by decision time, then leg), for conditions across legs. So neither order nor outcome depends on scheduling.
/// </summary>
public interface ICallRules : IEarlyRules
{
    /// <summary>An event in the order of its own leg.</summary>
    void OnLeg(LegEvent e, ICollection<Alert> alerts);

    /// <summary>
    /// How a leg spoke, for the rules that ask for nothing but the voice: it does not wait for words. It comes in <see cref="OnLeg"/>, too,
    /// when the leg's words have come as far.
    /// </summary>
    void OnVoice(InflectionMeasured e, ICollection<Alert> alerts)
    {
    }

    /// <summary>The same event in the merged order: all legs have passed its decision time.</summary>
    void OnMerged(LegEvent e, ICollection<Alert> alerts);

    /// <summary>
    /// Words of an utterance under way, after the leg's finals so far: what the rules of this leg would raise for its phrases.
    /// Changes nothing for <see cref="OnLeg"/> and <see cref="OnMerged"/>.
    /// </summary>
    /// <param name="soFar">Its words up to now; its index is that of the final to come.</param>
    /// <param name="paused">At least 200 ms of silence follow.</param>
    /// <param name="early">Alerts of the leg that were raised so and that no final has judged yet: they are not raised again.</param>
    /// <returns>Whether more words are likely to raise something: a phrase is there, and only what follows it is not.</returns>
    bool OnDraft(Utterance soFar, bool paused, IReadOnlyList<Alert> early, ICollection<Alert> alerts);
}
