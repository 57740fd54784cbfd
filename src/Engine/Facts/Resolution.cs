using SpeechQA.Engine.Conversation;

namespace SpeechQA.Engine.Facts;

/// <summary>
/// Whether the customer's problem was said to be solved. Statements are: the customer says so or accepts (solved), the
/// customer says it persists (not solved), the agent says it is done or granted (solved), the agent refuses or leaves it
/// open, for a call back too (not solved).
/// <list type="number">
/// <item>What the customer says of the problem in the first third of the call is why it calls, not how it ended, and does not count.</item>
/// <item>The last statement decides: calls end with how things stand.</item>
/// <item>Without any statement warm thanks for the help in the last third count as solved.</item>
/// </list>
/// </summary>
internal static class Resolution
{
    /// <param name="end">The call's duration as a position.</param>
    public static SaidFact Of(CueListener cues, long end)
    {
        IEnumerable<(HeardCue Cue, bool Solved)> As(FactCue cue, bool solved) => cues.Heard(cue).Select(c => (c, solved));
        var statements = As(FactCue.SolvedByCustomer, true).Concat(As(FactCue.SolvedByAgent, true))
            .Concat(As(FactCue.UnsolvedByCustomer, false).Where(s => s.Cue.Start >= end / 3))
            .Concat(As(FactCue.UnsolvedByAgent, false)).Concat(As(FactCue.CallbackPromise, false))
            .OrderByDescending(s => s.Cue.Start).ThenByDescending(s => s.Cue.End).ToList();
        if (statements.Count == 0)
            statements = [.. As(FactCue.Thanks, true).Where(s => s.Cue.Start >= end - end / 3).OrderByDescending(s => s.Cue.Start)];
        return statements.Count == 0
            ? SaidFact.Unknown
            : new SaidFact(statements[0].Solved, [.. statements.Take(FactCollector.MostEvidence).Select(s => s.Cue.Evidence)]);
    }
}
