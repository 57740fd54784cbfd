using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Facts;

/// <summary>Tells which silences are hold.</summary>
internal static class HoldSearch
{
    /// <summary>A request counts for the silence after it unless its speaker went on to talk for longer.</summary>
    private static readonly long Asked = AudioTime.Position(10);

    /// <summary>Thanks for waiting come this soon after the silence.</summary>
    private static readonly long Thanked = AudioTime.Position(5);

    /// <summary>Music alone makes a hold of a silence this long.</summary>
    private static readonly long Music = AudioTime.Position(8);

    /// <summary>Word times are not exact to more.</summary>
    private static readonly long Tolerance = AudioTime.Position(0.5);

    private const int Told = 100;

    public static HoldFacts Find(IReadOnlyList<SilentStretch> silences, IReadOnlyList<HeardCue> requests, IReadOnlyList<HeardCue> thanks)
    {
        var stretches = new List<HoldStretch>();
        var total = 0L;
        foreach (var silence in silences)
        {
            var length = silence.End - silence.Start;
            var music = silence.Sound * 2 >= length;
            var why = requests.LastOrDefault(r => r.End <= silence.Start + Tolerance && r.End >= silence.Spoken[r.Leg] - Asked)
                ?? thanks.FirstOrDefault(t => t.Leg == silence.EndedBy && t.Start >= silence.End - Tolerance
                    && t.Start <= silence.End + Thanked);
            if (why is null && !(music && length >= Music)) continue;
            total += length;
            stretches.Add(new HoldStretch(FactCollector.Seconds(silence.Start), FactCollector.Seconds(silence.End),
                FactCollector.Seconds(length),
                music ? "music" : "silence", why?.Evidence));
        }
        return new HoldFacts(stretches.Count, FactCollector.Seconds(total), [.. stretches.Take(Told)]);
    }
}
