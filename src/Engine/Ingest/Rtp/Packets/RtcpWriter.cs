using System.Buffers.Binary;
using System.Text;

namespace SpeechQA.Engine.Ingest.Rtp.Packets;

/// <summary>
/// Writes RTCP datagrams: reports begin, a source description with the canonical name follows, as RFC 3550 section 6.1
/// wants every datagram to be. Each method answers how many bytes it wrote.
/// </summary>
public static class RtcpWriter
{
    /// <summary>Enough for every datagram written here.</summary>
    public const int LongestDatagram = 128;

    private const int LongestName = 32;

    /// <summary>A receiver report on one source.</summary>
    public static int ReceiverReport(Span<byte> destination, uint ssrc, in RtcpReportBlock block, string name)
    {
        var report = destination[..(RtcpPacket.HeaderBytes + 4 + RtcpPacket.BlockBytes)];
        Header(report, RtcpType.ReceiverReport, 1);
        BinaryPrimitives.WriteUInt32BigEndian(report[4..], ssrc);
        Block(report[8..], block);
        return report.Length + Description(destination[report.Length..], ssrc, name);
    }

    /// <summary>A sender report without report blocks.</summary>
    public static int SenderReport(Span<byte> destination, in RtcpSenderReport sender, string name)
    {
        var report = destination[..28];
        Header(report, RtcpType.SenderReport, 0);
        BinaryPrimitives.WriteUInt32BigEndian(report[4..], sender.Ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(report[8..], sender.Ntp);
        BinaryPrimitives.WriteUInt32BigEndian(report[16..], sender.Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(report[20..], sender.Packets);
        BinaryPrimitives.WriteUInt32BigEndian(report[24..], sender.Octets);
        return report.Length + Description(destination[report.Length..], sender.Ssrc, name);
    }

    /// <summary>A sender report and a goodbye.</summary>
    public static int Goodbye(Span<byte> destination, in RtcpSenderReport sender, string name)
    {
        var length = SenderReport(destination, sender, name);
        var goodbye = destination.Slice(length, 8);
        Header(goodbye, RtcpType.Goodbye, 1);
        BinaryPrimitives.WriteUInt32BigEndian(goodbye[4..], sender.Ssrc);
        return length + goodbye.Length;
    }

    /// <summary>Wall time as RTCP has it: seconds since 1900 and a 32-bit fraction.</summary>
    public static ulong Ntp(DateTimeOffset time)
    {
        var ticks = (ulong)(time.UtcDateTime - new DateTime(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc)).Ticks;
        return (ticks / TimeSpan.TicksPerSecond << 32) | ((ticks % TimeSpan.TicksPerSecond << 32) / TimeSpan.TicksPerSecond);
    }

    private static void Header(Span<byte> packet, RtcpType type, int count)
    {
        packet[0] = (byte)(RtpPacket.Version << 6 | count);
        packet[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(packet.Length / 4 - 1));
    }

    private static void Block(Span<byte> destination, in RtcpReportBlock block)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, block.Ssrc);
        BinaryPrimitives.WriteInt32BigEndian(destination[4..], Math.Clamp(block.CumulativeLost, -0x80_0000, 0x7F_FFFF) & 0xFF_FFFF);
        destination[4] = block.FractionLost;
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], block.HighestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], block.Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], block.LastSenderReport);
        BinaryPrimitives.WriteUInt32BigEndian(destination[20..], block.DelaySinceLast);
    }

    private static int Description(Span<byte> destination, uint ssrc, string name)
    {
        Span<byte> text = stackalloc byte[LongestName];
        Encoding.UTF8.TryGetBytes(name, text, out var bytes);
        // Header, SSRC, item type and length, name, then one to four zeros up to the word.
        var length = RtcpPacket.HeaderBytes + 4 + ((2 + bytes) / 4 + 1) * 4;
        var packet = destination[..length];
        packet.Clear();
        Header(packet, RtcpType.SourceDescription, 1);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], ssrc);
        packet[8] = 1;
        packet[9] = (byte)bytes;
        text[..bytes].CopyTo(packet[10..]);
        return length;
    }
}
