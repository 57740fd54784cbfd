using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Language;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>How fast a leg speaks: words over the turn that its last utterances form.</summary>
internal sealed class LegPace
{
    /// <summary>A longer pause ends the turn. An utterance ends after 0.6 s; word times may say a little more.</summary>
    private const long TurnPause = AudioTime.Rate * 7 / 10;

    private readonly HashSet<RuleNode> _told = [];
    private long _start;
    private long _end = long.MinValue / 2;
    private int _words;

    /// <summary>Takes an utterance into the turn.</summary>
    public void Take(Utterance utterance)
    {
        if (utterance.Words.Count == 0 || SpokenLanguage.Find(utterance.Language) is not { } language) return;
        if (utterance.Words[0].Start - _end >= TurnPause)
        {
            _start = utterance.Words[0].Start;
            _words = 0;
            _told.Clear();
        }
        foreach (var word in utterance.Words) _words += NumberWords.Spoken(word.Text, language);
        _end = utterance.Words[^1].End;
    }

    /// <summary>Whether the turn is too fast for a condition; told once a turn.</summary>
    public Occurrence? Judge(RuleNode node, Utterance last)
    {
        var pace = (PaceCondition)node.Condition;
        if (!pace.WordsPerMinute.TryGetValue(last.Language, out var limit)) return null;
        var seconds = AudioTime.Seconds(_end - _start);
        if (seconds < pace.Over.TotalSeconds) return null;
        var perMinute = _words * 60 / seconds;
        if (perMinute < limit || !_told.Add(node)) return null;
        return new Occurrence
        {
            Start = _start,
            End = _end,
            Decided = last.Decided,
            Leg = last.Leg,
            Evidence =
            [
                new Evidence
                {
                    Kind = "pace",
                    Party = last.Party,
                    Leg = last.Leg,
                    Start = _start,
                    End = _end,
                    How = "measured",
                    Value = Math.Round(perMinute),
                    Limit = limit,
                    Unit = "words/min",
                },
            ],
        };
    }
}
