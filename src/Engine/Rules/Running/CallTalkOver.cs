using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules.Compiled;
using SpeechQA.Engine.Rules.Definitions;

namespace SpeechQA.Engine.Rules.Running;

/// <summary>
/// Two legs speak at the same time. Pauses under 0.6 s count as speech. At least one side's speech must be known as such;
/// the other's counts already while it goes on, unless that leg has lately carried music, tones or echo (voice found to
/// be no speech): then its words are waited for, too.
/// </summary>
internal sealed class CallTalkOver(IReadOnlyList<LegVoice> voices)
{
    /// <summary>Shorter pauses are part of speech.</summary>
    private const long Bridge = AudioTime.Rate * 6 / 10;

    /// <summary>So long a leg is not believed after voice on it was found to be no speech.</summary>
    private const long Distrust = AudioTime.Rate * 30;

    /// <summary>End of what was told, by condition: one stretch is told once.</summary>
    private readonly Dictionary<(int Rule, int Node), long> _told = [];

    public Occurrence? Judge(RuleNode node, long now)
    {
        var longer = AudioTime.Position(((TalkOverCondition)node.Condition).Longer.TotalSeconds);
        var told = _told.GetValueOrDefault((node.Rule, node.Index), -1);
        for (var a = 0; a < voices.Count; a++)
        {
            for (var b = 0; b < voices.Count; b++)
            {
                if (a == b || Overlap(Stretches(voices[a], now, false), Stretches(voices[b], now, true), longer, told) is not { } both)
                    continue;
                _told[(node.Rule, node.Index)] = both.End;
                return Found(both, both.SecondIsB ? b : a, now, longer);
            }
        }
        return null;
    }

    private Occurrence Found((long Start, long End, bool SecondIsB) both, int second, long now, long longer) => new()
    {
        Start = both.Start,
        End = both.End,
        Decided = now,
        Leg = -1,
        Evidence =
        [
            new Evidence
            {
                Kind = "talkOver",
                Party = voices[second].Party,
                Leg = second,
                Start = both.Start,
                End = both.End,
                How = "measured",
                Value = Math.Round(AudioTime.Seconds(both.End - both.Start), 1),
                Limit = AudioTime.Seconds(longer),
                Unit = "s",
            },
        ],
    };

    /// <summary>Stretches of speech, pauses bridged; with what still goes on where that is believed.</summary>
    private static List<(long Start, long End)> Stretches(LegVoice voice, long now, bool withOpen)
    {
        var stretches = new List<(long Start, long End)>();
        var believed = withOpen && voice.LastSpeechEnd >= 0 && (voice.LastNotSpeech < 0 || voice.LastNotSpeech < now - Distrust);
        foreach (var span in voice.Spans)
        {
            if (!span.Speech && !(believed && span.End == LegVoice.Open)) continue;
            var end = Math.Min(span.End, now);
            if (stretches.Count > 0 && span.Start - stretches[^1].End < Bridge) stretches[^1] = (stretches[^1].Start, end);
            else stretches.Add((span.Start, end));
        }
        return stretches;
    }

    /// <summary>The first common stretch that is long enough and goes beyond what was told.</summary>
    private static (long Start, long End, bool SecondIsB)? Overlap(
        List<(long Start, long End)> a, List<(long Start, long End)> b, long longer, long told)
    {
        var i = 0;
        var j = 0;
        while (i < a.Count && j < b.Count)
        {
            var start = Math.Max(a[i].Start, b[j].Start);
            var end = Math.Min(a[i].End, b[j].End);
            if (end - start >= longer && start >= told) return (start, end, b[j].Start > a[i].Start);
            if (a[i].End < b[j].End) i++;
            else j++;
        }
        return null;
    }
}
