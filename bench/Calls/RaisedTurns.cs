using SpeechQA.Bench.Scoring;
using SpeechQA.Bench.Truth;
using SpeechQA.Host.Analysis;

namespace SpeechQA.Bench.Calls;

/// <summary>The turns of a call in which the customer raises the voice, and what was said of the voice.</summary>
/// <param name="Turns">Such turns in the truth.</param>
/// <param name="Tension">Alerts <c>rising-tension</c> that match the event <c>anger</c>.</param>
/// <param name="Anger">Alerts <c>customer-anger</c> that match it.</param>
/// <param name="Elsewhere">Alerts of the two rules that match none.</param>
internal sealed record RaisedTurns(string Call, int Turns, int Tension, int Anger, int Elsewhere)
{
    /// <summary>The rules about the voice.</summary>
    public static readonly string[] Rules = ["rising-tension", "customer-anger"];

    /// <summary>Something was said of the voice.</summary>
    public bool Heard => Tension + Anger + Elsewhere > 0;

    public static RaisedTurns Of(CallAnalysis call, CallTruth truth)
    {
        var alerts = call.Alerts.Where(a => Rules.Contains(a.Rule)).Select(CallEvaluation.Scored).ToList();
        var right = alerts.Where(a => truth.Events.Any(e => AlertScore.Matches(a, e))).ToList();
        return new RaisedTurns(truth.Call.Id, truth.Utterances.Count(u => u.Raised && u.Party == "customer"),
            right.Count(a => a.Rule == Rules[0]), right.Count(a => a.Rule == Rules[1]), alerts.Count - right.Count);
    }
}
