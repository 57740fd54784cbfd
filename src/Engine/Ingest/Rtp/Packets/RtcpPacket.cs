using System.Buffers.Binary;

namespace SpeechQA.Engine.Ingest.Rtp.Packets;

/// <summary>Packet types of RTCP (RFC 3550 section 12.1).</summary>
public enum RtcpType : byte
{
    /// <summary>SR, RFC 3550 section 6.4.1.</summary>
    SenderReport = 200,

    /// <summary>RR, RFC 3550 section 6.4.2.</summary>
    ReceiverReport = 201,

    /// <summary>SDES, RFC 3550 section 6.5.</summary>
    SourceDescription = 202,

    /// <summary>BYE, RFC 3550 section 6.6.</summary>
    Goodbye = 203,

    /// <summary>APP, RFC 3550 section 6.7.</summary>
    Application = 204,
}

/// <summary>
/// One packet of an RTCP datagram, a view of it (RFC 3550 section 6.4).
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|    RC   |      PT       |    length in words less one   |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                            SSRC ...                           |
/// </code>
/// </summary>
public readonly ref struct RtcpPacket
{
    internal const int HeaderBytes = 4;
    internal const int BlockBytes = 24;
    private const int SenderBytes = 20;

    private RtcpPacket(RtcpType type, int count, ReadOnlySpan<byte> body)
    {
        Type = type;
        Count = count;
        Body = body;
    }

    /// <summary>What kind of packet it is.</summary>
    public RtcpType Type { get; }

    /// <summary>Report blocks, chunks or sources, 0..31; checked against the length.</summary>
    public int Count { get; }

    /// <summary>What follows the header, without padding.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>The reporting or leaving source; 0 where the packet names none.</summary>
    public uint Ssrc => Body.Length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(Body) : 0;

    /// <summary>A datagram that claims to be RTCP on a port shared with RTP (RFC 5761 section 4).</summary>
    public static bool IsRtcp(ReadOnlySpan<byte> datagram) => datagram.Length >= 2 && datagram[1] is >= 192 and <= 223;

    /// <summary>Takes the next packet of a compound datagram; never throws.</summary>
    /// <param name="datagram">Shortened by the packet that was read.</param>
    /// <returns>False at the end and where <paramref name="error"/> says that the rest cannot be read.</returns>
    public static bool TryRead(ref ReadOnlySpan<byte> datagram, out RtcpPacket packet, out RtpParseError error)
    {
        packet = default;
        error = RtpParseError.None;
        if (datagram.IsEmpty) return false;
        error = Read(datagram, out packet, out var length);
        if (error != RtpParseError.None) return false;
        datagram = datagram[length..];
        return true;
    }

    /// <summary>The sender's part of a sender report.</summary>
    public bool TryGetSender(out RtcpSenderReport report)
    {
        report = default;
        if (Type != RtcpType.SenderReport) return false;
        report = new RtcpSenderReport(Ssrc,
            BinaryPrimitives.ReadUInt64BigEndian(Body[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(Body[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(Body[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(Body[20..]));
        return true;
    }

    /// <summary>A report block of a sender or receiver report, 0..<see cref="Count"/>-1.</summary>
    public RtcpReportBlock Block(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index,
            (uint)(Type is RtcpType.SenderReport or RtcpType.ReceiverReport ? Count : 0));
        var block = Body[(FirstBlock(Type) + index * BlockBytes)..];
        var lost = BinaryPrimitives.ReadInt32BigEndian(block[4..]);
        return new RtcpReportBlock(
            BinaryPrimitives.ReadUInt32BigEndian(block),
            block[4],
            (lost << 8) >> 8,
            BinaryPrimitives.ReadUInt32BigEndian(block[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[20..]));
    }

    /// <summary>Whether a goodbye names a source.</summary>
    public bool SaysGoodbye(uint ssrc)
    {
        if (Type != RtcpType.Goodbye) return false;
        for (var i = 0; i < Count; i++)
            if (BinaryPrimitives.ReadUInt32BigEndian(Body[(i * 4)..]) == ssrc) return true;
        return false;
    }

    private static RtpParseError Read(ReadOnlySpan<byte> datagram, out RtcpPacket packet, out int length)
    {
        packet = default;
        length = 0;
        if (datagram.Length < HeaderBytes) return RtpParseError.TooShort;
        if (datagram[0] >> 6 != RtpPacket.Version) return RtpParseError.Version;
        length = (BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]) + 1) * 4;
        if (length > datagram.Length) return RtpParseError.TooLong;

        var body = datagram[HeaderBytes..length];
        if ((datagram[0] & 0x20) != 0)
        {
            // Padding is allowed in the last packet only and in whole words.
            if (length != datagram.Length || body.IsEmpty) return RtpParseError.Padding;
            var padding = body[^1];
            if (padding == 0 || padding % 4 != 0 || padding > body.Length) return RtpParseError.Padding;
            body = body[..^padding];
        }

        var type = (RtcpType)datagram[1];
        var count = datagram[0] & 0x1F;
        var needed = type switch
        {
            RtcpType.SenderReport or RtcpType.ReceiverReport => FirstBlock(type) + count * BlockBytes,
            RtcpType.Goodbye => count * 4,
            RtcpType.SourceDescription => count * 4,
            RtcpType.Application => 8,
            _ => 0,
        };
        if (needed > body.Length) return RtpParseError.Rtcp;
        packet = new RtcpPacket(type, count, body);
        return RtpParseError.None;
    }

    private static int FirstBlock(RtcpType type) => 4 + (type == RtcpType.SenderReport ? SenderBytes : 0);
}

/// <summary>What a sender says of its clocks (RFC 3550 section 6.4.1).</summary>
/// <param name="Ntp">Wall time: seconds since 1900 in the upper 32 bits, the fraction in the lower.</param>
/// <param name="Timestamp">The RTP time stamp of the same moment.</param>
public readonly record struct RtcpSenderReport(uint Ssrc, ulong Ntp, uint Timestamp, uint Packets, uint Octets);

/// <summary>How one source was received (RFC 3550 section 6.4.1).</summary>
/// <param name="FractionLost">Of the packets since the last report, in 1/256.</param>
/// <param name="CumulativeLost">-8388608..8388607.</param>
/// <param name="Jitter">In units of the time stamp.</param>
/// <param name="LastSenderReport">Middle 32 bits of that report's NTP time; 0 if none came.</param>
/// <param name="DelaySinceLast">Since that report, in 1/65536 s.</param>
public readonly record struct RtcpReportBlock(uint Ssrc, byte FractionLost, int CumulativeLost, uint HighestSequence, uint Jitter,
    uint LastSenderReport, uint DelaySinceLast);
