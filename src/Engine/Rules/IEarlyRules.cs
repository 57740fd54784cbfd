using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Rules;

/// <summary>What a leg may ask of its call's rules while its party is still speaking. Safe for concurrent use.</summary>
public interface IEarlyRules
{
    /// <summary>Whether words of a party may raise something before its utterance is over (<see cref="ICallRules.OnDraft"/>).</summary>
    bool MayBeEarly(Party party) => true;
}
