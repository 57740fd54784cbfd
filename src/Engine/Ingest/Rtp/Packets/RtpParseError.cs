namespace SpeechQA.Engine.Ingest.Rtp.Packets;

/// <summary>Which part of a datagram keeps it from being RTP that can be used.</summary>
public enum RtpParseError
{
    /// <summary>It is a packet.</summary>
    None,

    /// <summary>Shorter than the fixed header of 12 bytes.</summary>
    TooShort,

    /// <summary>The version is not 2: not RTP (STUN, T.38, garbage).</summary>
    Version,

    /// <summary>The count of contributing sources runs beyond the datagram.</summary>
    ContributingSources,

    /// <summary>The header extension runs beyond the datagram.</summary>
    Extension,

    /// <summary>The padding is zero or longer than what it pads.</summary>
    Padding,

    /// <summary>Longer than any packet of the codecs received here.</summary>
    TooLong,

    /// <summary>The payload cannot be of its codec: an odd number of bytes of L16, a telephone event of fewer than 4 bytes.</summary>
    Payload,

    /// <summary>The payload type is not in the leg's <see cref="PayloadMap"/>, or its clock is not the leg's.</summary>
    PayloadType,

    /// <summary>An RTCP packet whose type or lengths do not add up.</summary>
    Rtcp,
}
