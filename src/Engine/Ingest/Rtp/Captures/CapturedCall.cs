using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Pcap;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Ingest.Rtp.Captures;

/// <summary>A call found in a capture: one leg, or two between the same two hosts.</summary>
/// <param name="Legs">In the order of their first packets.</param>
public sealed record CapturedCall(IReadOnlyList<CapturedLeg> Legs)
{
    /// <summary>First packet of any leg, since 1970-01-01 UTC.</summary>
    public TimeSpan First => Legs.Min(leg => leg.First);

    /// <summary>Last packet of any leg, since 1970-01-01 UTC.</summary>
    public TimeSpan Last => Legs.Max(leg => leg.Last);

    /// <summary>How long after the call's first packet a leg's first one came.</summary>
    public TimeSpan Offset(CapturedLeg leg) => leg.First - First;
}

/// <summary>One party's stream in a capture.</summary>
/// <param name="Party">By the order of first packets unless the options say otherwise; unknown where there is one leg.</param>
/// <param name="Source">Where most of its packets come from.</param>
/// <param name="Destination">The RTP port they go to.</param>
/// <param name="First">Time of the first packet, since 1970-01-01 UTC.</param>
/// <param name="Payloads">What its payload types mean.</param>
/// <param name="Format">Its audio; the leg's pipe has that rate.</param>
/// <param name="Packets">RTP packets in the capture.</param>
public sealed record CapturedLeg(Party Party, UdpEndPoint Source, UdpEndPoint Destination, TimeSpan First, TimeSpan Last,
    PayloadMap Payloads, PayloadFormat Format, long Packets);
