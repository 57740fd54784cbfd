using System.Buffers.Binary;

namespace SpeechQA.Engine.Ingest.Rtp.Packets;

/// <summary>
/// One RTP packet (RFC 3550 section 5.1), a view of the datagram: nothing is copied.
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                           timestamp                           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |           synchronization source (SSRC) identifier            |
/// +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
/// |            contributing source (CSRC) identifiers (CC)        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  X: defined by profile        |       length in words         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// The last byte of a packet with P set counts the padding, itself included.
/// </summary>
public readonly ref struct RtpPacket
{
    /// <summary>The only version there is (RFC 3550).</summary>
    public const int Version = 2;

    /// <summary>Bytes before the contributing sources.</summary>
    public const int FixedHeaderBytes = 12;

    private const int WordBytes = 4;

    internal RtpPacket(bool marker, byte payloadType, ushort sequenceNumber, uint timestamp, uint ssrc, ReadOnlySpan<byte> payload)
    {
        Marker = marker;
        PayloadType = payloadType;
        SequenceNumber = sequenceNumber;
        Timestamp = timestamp;
        Ssrc = ssrc;
        Payload = payload;
    }

    /// <summary>For audio: the first packet after a silence in which nothing was sent.</summary>
    public bool Marker { get; }

    /// <summary>0..127; what it means is in the <see cref="PayloadMap"/>.</summary>
    public byte PayloadType { get; }

    /// <summary>Goes up by one with each packet and wraps.</summary>
    public ushort SequenceNumber { get; }

    /// <summary>Time of the first sample in units of the payload's clock; wraps.</summary>
    public uint Timestamp { get; }

    /// <summary>The stream this packet belongs to.</summary>
    public uint Ssrc { get; }

    /// <summary>Without header, extension and padding; may be empty.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Reads a datagram of any size and content; never throws.</summary>
    /// <returns><see cref="RtpParseError.None"/>, or what is wrong with the datagram.</returns>
    public static RtpParseError TryParse(ReadOnlySpan<byte> datagram, out RtpPacket packet)
    {
        packet = default;
        if (datagram.Length < FixedHeaderBytes) return RtpParseError.TooShort;
        var first = datagram[0];
        if (first >> 6 != Version) return RtpParseError.Version;

        var start = FixedHeaderBytes + (first & 0x0F) * WordBytes;
        if (start > datagram.Length) return RtpParseError.ContributingSources;

        if ((first & 0x10) != 0)
        {
            if (start + WordBytes > datagram.Length) return RtpParseError.Extension;
            start += WordBytes + BinaryPrimitives.ReadUInt16BigEndian(datagram[(start + 2)..]) * WordBytes;
            if (start > datagram.Length) return RtpParseError.Extension;
        }

        var end = datagram.Length;
        if ((first & 0x20) != 0)
        {
            var padding = datagram[^1];
            if (padding == 0 || padding > end - start) return RtpParseError.Padding;
            end -= padding;
        }

        packet = new RtpPacket(
            marker: (datagram[1] & 0x80) != 0,
            payloadType: (byte)(datagram[1] & 0x7F),
            sequenceNumber: BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]),
            timestamp: BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]),
            ssrc: BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]),
            payload: datagram[start..end]);
        return RtpParseError.None;
    }

    /// <summary>Writes a header without contributing sources, extension or padding.</summary>
    /// <param name="destination">At least <see cref="FixedHeaderBytes"/>.</param>
    public static void WriteHeader(Span<byte> destination, bool marker, byte payloadType, ushort sequenceNumber, uint timestamp, uint ssrc)
    {
        destination[0] = Version << 6;
        destination[1] = (byte)((marker ? 0x80 : 0) | (payloadType & 0x7F));
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], sequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], ssrc);
    }
}
