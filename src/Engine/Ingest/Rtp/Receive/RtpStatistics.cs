using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// What a leg's line was like so far. Counts are of packets unless they say otherwise.
/// </summary>
public readonly record struct RtpStatistics
{
    /// <summary>Packets of the leg's stream, each counted once.</summary>
    public long Received { get; init; }

    /// <summary>Packets the sequence numbers promise (RFC 3550 A.3).</summary>
    public long Expected { get; init; }

    /// <summary>Packets expected that never arrived.</summary>
    public long Lost => Math.Max(Expected - Received, 0);

    /// <summary><see cref="Lost"/> of <see cref="Expected"/>, 0..100.</summary>
    public double LossPercent => Expected == 0 ? 0 : 100.0 * Lost / Expected;

    /// <summary>Packets that were there before.</summary>
    public long Duplicates { get; init; }

    /// <summary>Packets that arrived behind one with a higher sequence number.</summary>
    public long Reordered { get; init; }

    /// <summary>Packets that arrived after their place had been given up.</summary>
    public long Late { get; init; }

    /// <summary>Packets far off the sequence that no other followed.</summary>
    public long Stray { get; init; }

    /// <summary>Interarrival jitter, milliseconds (RFC 3550 section 6.4.1).</summary>
    public double JitterMs { get; init; }

    /// <summary>Datagrams that could not be used, by reason.</summary>
    public RtpErrorCounts Malformed { get; init; }

    /// <summary>Packets from an address or port that is not the leg's.</summary>
    public long Foreign { get; init; }

    /// <summary>Packets of another SSRC than the leg's.</summary>
    public long OtherStreams { get; init; }

    /// <summary>How often the leg's stream was replaced by another one.</summary>
    public long SsrcChanges { get; init; }

    /// <summary>How often the leg's stream went on from another address or port.</summary>
    public long PeerChanges { get; init; }

    /// <summary>Telephone events.</summary>
    public long Events { get; init; }

    /// <summary>Time in which nothing was sent: discontinuous transmission, comfort noise, nothing arriving.</summary>
    public double SilenceSeconds { get; init; }

    /// <summary>Time made up for lost packets.</summary>
    public double ConcealedSeconds { get; init; }

    /// <summary>Time lost beyond concealment.</summary>
    public double LostSeconds { get; init; }

    /// <summary>Audio that came after its place had been filled.</summary>
    public double LateSeconds { get; init; }

    /// <summary>Audio dropped because the leg did not keep up.</summary>
    public double DroppedSeconds { get; init; }

    /// <summary>Sender reports received.</summary>
    public long SenderReports { get; init; }

    /// <summary>The sender said goodbye.</summary>
    public bool Ended { get; init; }
}

/// <summary>Counts by <see cref="RtpParseError"/>.</summary>
public readonly record struct RtpErrorCounts(long TooShort, long Version, long ContributingSources, long Extension, long Padding,
    long TooLong, long Payload, long PayloadType, long Rtcp)
{
    /// <summary>All of them.</summary>
    public long Total => TooShort + Version + ContributingSources + Extension + Padding + TooLong + Payload + PayloadType + Rtcp;

    /// <summary>One more of a kind.</summary>
    internal RtpErrorCounts And(RtpParseError error) => error switch
    {
        RtpParseError.TooShort => this with { TooShort = TooShort + 1 },
        RtpParseError.Version => this with { Version = Version + 1 },
        RtpParseError.ContributingSources => this with { ContributingSources = ContributingSources + 1 },
        RtpParseError.Extension => this with { Extension = Extension + 1 },
        RtpParseError.Padding => this with { Padding = Padding + 1 },
        RtpParseError.TooLong => this with { TooLong = TooLong + 1 },
        RtpParseError.Payload => this with { Payload = Payload + 1 },
        RtpParseError.PayloadType => this with { PayloadType = PayloadType + 1 },
        RtpParseError.Rtcp => this with { Rtcp = Rtcp + 1 },
        _ => this,
    };
}
