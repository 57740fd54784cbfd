using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>What a leg's words mean, for the conditions about it. One owner.</summary>
internal sealed class LegMeaning(Party party)
{
    private readonly CallSentiment _call = new();
    private double _before;

    /// <summary>Takes the next utterance's words into the level of the call.</summary>
    public void Take(UtteranceSpoken spoken)
    {
        if (spoken.Meaning is not { } meaning) return;
        _before = _call.Level;
        _call.Add(meaning.Sentiment, spoken.Utterance.Words.Count);
    }

    /// <summary>Whether an utterance meets a condition.</summary>
    public Occurrence? Judge(RuleNode node, UtteranceSpoken spoken, MeaningRules understood) => (node.Condition, spoken.Meaning) switch
    {
        (MeaningCondition condition, { } meaning) => Means(condition, spoken, meaning, understood),
        (SentimentCondition { OfCall: true } condition, not null) when IsMet(condition, _call.Level) && !IsMet(condition, _before) =>
            Found(spoken, spoken.Utterance.Start, spoken.Utterance.End, Feeling(condition, _call.Level, null)),
        (SentimentCondition { OfCall: false } condition, { } meaning) when IsMet(condition, meaning.Sentiment) =>
            Found(spoken, spoken.Utterance.Start, spoken.Utterance.End, Feeling(condition, meaning.Sentiment, spoken.Utterance.Text)),
        _ => null,
    };

    private Occurrence? Means(MeaningCondition condition, UtteranceSpoken spoken, UtteranceMeaning meaning, MeaningRules understood)
    {
        if (condition.Intent is { } name)
        {
            var intent = understood.IntentOf(name, meaning.Model);
            if (intent < 0) return null;
            var head = meaning.Model.Intents[intent];
            // A head means nothing on the other party's leg.
            if (party != Party.Unknown && party != head.Speaker) return null;
            var limit = condition.LimitOf(head);
            var (output, at) = meaning.Intent(intent);
            return output > limit ? Found(spoken, at.Start, at.End, Meant(at.Text, name, head.Meaning, output, limit)) : null;
        }
        var rule = understood.RuleOf(condition, meaning.Model);
        var (score, where) = meaning.Score(rule);
        if (score <= rule.Threshold) return null;
        return Found(spoken, where.Start, where.End, Meant(where.Text, condition.Examples[rule.Nearest(where.Reading.Embedding)],
            "near this example", score, rule.Threshold));
    }

    private static bool IsMet(SentimentCondition condition, double sentiment) => sentiment < condition.Below || sentiment > condition.Above;

    private static Evidence Meant(string text, string pattern, string how, double score, double limit) => new()
    {
        Kind = "meaning",
        Party = Party.Unknown,
        Leg = -1,
        Start = 0,
        End = 0,
        Text = text.Trim(),
        Pattern = pattern,
        How = how,
        Value = Math.Round(score, 4),
        Limit = Math.Round(limit, 4),
        Unit = "score",
    };

    private static Evidence Feeling(SentimentCondition condition, double sentiment, string? text) => new()
    {
        Kind = "sentiment",
        Party = Party.Unknown,
        Leg = -1,
        Start = 0,
        End = 0,
        Text = text,
        How = $"{(condition.Below is null ? "positive" : "negative")} words{(condition.OfCall ? " over the call" : "")}",
        Value = Math.Round(sentiment, 2),
        Limit = condition.Below ?? condition.Above,
        Unit = "sentiment",
    };

    private static Occurrence Found(UtteranceSpoken spoken, long start, long end, Evidence evidence) => new()
    {
        Start = start,
        End = end,
        Decided = spoken.Decided,
        Leg = spoken.Leg,
        Evidence = [evidence with { Party = spoken.Party, Leg = spoken.Leg, Start = start, End = end }],
    };
}
