namespace SpeechQA.Engine.TextModels;

/// <summary>A background utterance near a rule.</summary>
/// <param name="Fires">The rule would raise a false alarm on it.</param>
public sealed record NearUtterance(BackgroundUtterance Utterance, float Score, bool Fires);

/// <summary>How a semantic rule stands against the background.</summary>
/// <param name="Nearest">The nearest utterances without the rule's own meaning, nearest first.</param>
/// <param name="FalseAlarms">Share of those utterances that fire, 0..1. On unseen talk expect up to 2.4 times as many.</param>
/// <param name="OwnMeanings">Labels of the background that have the rule's own meaning; left out above.</param>
/// <param name="Examples">What each example scores against the others (<see cref="SemanticRule.LeaveOneOut"/>).</param>
public sealed record SemanticRuleCheck(IReadOnlyList<NearUtterance> Nearest, double FalseAlarms, IReadOnlyList<string> OwnMeanings,
    IReadOnlyList<float> Examples);
