using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Rules;

/// <summary>How a condition on meaning stands against the text model's background of ordinary talk.</summary>
/// <param name="Rule">Id of its rule.</param>
/// <param name="Threshold">Its output must exceed it.</param>
/// <param name="FalseAlarms">Share of the background without the meaning that fires, 0..1.</param>
/// <param name="Nearest">The nearest of those, nearest first.</param>
/// <param name="WeakExamples">Examples that would not be heard if they were not examples.</param>
public sealed record MeaningCheck(string Rule, MeaningCondition Condition, double Threshold, double FalseAlarms,
    IReadOnlyList<NearUtterance> Nearest,
    IReadOnlyList<string> WeakExamples)
{
    /// <summary>On unseen talk up to 2.4 times as many were measured (see the model's card).</summary>
    private const double Unseen = 2.4;

    private const int Shown = 5;

    /// <summary>Expected share of utterances without the meaning that fire, 0..1.</summary>
    public double Expected => Math.Min(1, Unseen * FalseAlarms);

    /// <summary>Checks the conditions on meaning of a set, in the order of its rules.</summary>
    public static IReadOnlyList<MeaningCheck> Of(RuleSet set, TextModel model)
    {
        var readings = new Lazy<TextReading[]>(() => [.. model.Background.Utterances.Select(u =>
        {
            var reading = model.NewReading();
            model.Read(u.Text, reading);
            return reading;
        })]);
        return [.. set.Meanings.Where(n => n.Condition is MeaningCondition).Select(n =>
        {
            var condition = (MeaningCondition)n.Condition;
            var rule = set.Rules[n.Rule].Id;
            return condition.Intent is null
                ? OfExamples(rule, condition, set.Understood.RuleOf(condition, model), model)
                : OfIntent(rule, condition, model, readings.Value);
        })];
    }

    private static MeaningCheck OfExamples(string rule, MeaningCondition condition, SemanticRule compiled, TextModel model)
    {
        var check = compiled.Check(model.Background, Shown);
        return new MeaningCheck(rule, condition, compiled.Threshold, check.FalseAlarms, check.Nearest,
            [.. condition.Examples.Zip(check.Examples).Where(e => e.Second <= compiled.Threshold).Select(e => e.First)]);
    }

    private static MeaningCheck OfIntent(string rule, MeaningCondition condition, TextModel model, TextReading[] readings)
    {
        var index = model.Intents.Index().First(i => i.Item.Name == condition.Intent).Index;
        var limit = condition.LimitOf(model.Intents[index]);
        var others = model.Background.Utterances.Zip(readings, (u, r) => (Utterance: u, Output: r.Intents[index]))
            .Where(u => u.Utterance.Label != condition.Intent).ToList();
        return new MeaningCheck(rule, condition, limit, others.Count(u => u.Output > limit) / (double)Math.Max(1, others.Count),
            [.. others.OrderByDescending(u => u.Output).Take(Shown)
                .Select(u => new NearUtterance(u.Utterance, u.Output, u.Output > limit))], []);
    }
}
