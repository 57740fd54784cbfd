using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>Whether a secret that was spoken is one that a condition looks for. The evidence never holds it.</summary>
internal static class SecretJudge
{
    public static Occurrence? Judge(RuleNode node, SecretFinding secret, long decided)
    {
        if (node.Condition is not SecretCondition condition || !condition.Kinds.Contains(secret.Kind)
            || !CompiledRule.FitsParty(node.Party, secret.Party)) return null;
        return new Occurrence
        {
            Start = secret.Start,
            End = secret.End,
            Decided = decided,
            Leg = secret.Leg,
            Evidence =
            [
                new Evidence
                {
                    Kind = "secret",
                    Party = secret.Party,
                    Leg = secret.Leg,
                    Start = secret.Start,
                    End = secret.End,
                    Pattern = secret.Kind,
                    How = secret.How,
                },
            ],
        };
    }
}
