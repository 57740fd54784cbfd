using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Ingest.Rtp.Captures;

/// <summary>Which captured legs are the two of a call.</summary>
internal static class CallPairing
{
    /// <summary>How far apart two streams in the same direction may begin and still be one recorded call (SIPREC, RFC 7866).</summary>
    private static readonly TimeSpan TogetherWithin = TimeSpan.FromSeconds(5);

    /// <param name="legs">In the order of their first packets.</param>
    public static IReadOnlyList<CapturedCall> Pair(IReadOnlyList<CapturedLeg> legs, (Party First, Party Second) parties)
    {
        var free = new List<CapturedLeg>(legs);
        var calls = new List<CapturedCall>();
        // The surest pairs first, so that a leg that could belong to two others goes to the right one.
        foreach (var kin in new Func<CapturedLeg, CapturedLeg, bool>[] { SamePorts, Opposite, Together })
        {
            for (var i = 0; i < free.Count; i++)
            {
                var second = free.Skip(i + 1).Where(other => Overlap(free[i], other) && kin(free[i], other)).MinBy(other => other.First);
                if (second is null) continue;
                calls.Add(new CapturedCall([free[i] with { Party = parties.First }, second with { Party = parties.Second }]));
                free.Remove(second);
                free.RemoveAt(i--);
            }
        }
        calls.AddRange(free.Select(leg => new CapturedCall([leg])));
        return [.. calls.OrderBy(call => call.First)];
    }

    private static bool Overlap(CapturedLeg a, CapturedLeg b) => a.First <= b.Last && b.First <= a.Last;

    /// <summary>Each party sends from where it receives (RFC 4961).</summary>
    private static bool SamePorts(CapturedLeg a, CapturedLeg b) => a.Source == b.Destination && a.Destination == b.Source;

    private static bool Opposite(CapturedLeg a, CapturedLeg b) =>
        a.Source.SameHost(b.Destination) && a.Destination.SameHost(b.Source);

    /// <summary>A recorder receives both parties from the same host.</summary>
    private static bool Together(CapturedLeg a, CapturedLeg b) =>
        a.Source.SameHost(b.Source) && a.Destination.SameHost(b.Destination) && (b.First - a.First).Duration() <= TogetherWithin;
}
