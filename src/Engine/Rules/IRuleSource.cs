namespace SpeechQA.Engine.Rules;

/// <summary>Where the rules in force come from.</summary>
public interface IRuleSource
{
    /// <summary>Rules with fresh state for a call.</summary>
    ICallRules ForCall(RuleCall call);
}
