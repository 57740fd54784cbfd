using System.Buffers.Binary;

namespace SpeechQA.Engine.Ingest.Pcap;

/// <summary>What a captured frame turns out to be.</summary>
internal enum FrameKind { Udp, Fragment, Other, Truncated, Broken }

/// <summary>
/// Takes a captured frame apart down to the payload of UDP: link (Ethernet with any number of VLAN tags, cooked, raw,
/// loopback), IPv4 (RFC 791) or IPv6 with extension headers (RFC 8200), UDP (RFC 768). Checksums are not looked at: on the
/// sending machine they are often not there yet when the capture is made.
/// </summary>
/// <param name="Source">Of UDP; default for all else, as what follows.</param>
/// <param name="PayloadStart">Where the payload begins in the frame.</param>
internal readonly record struct CapturedFrame(
    FrameKind Kind, UdpEndPoint Source = default, UdpEndPoint Destination = default, int PayloadStart = 0, int PayloadLength = 0)
{
    private const int EtherIPv4 = 0x0800;
    private const int EtherIPv6 = 0x86DD;
    private const int UdpProtocol = 17;
    private const int UdpHeader = 8;

    /// <param name="cut">The capture kept only the beginning of the frame.</param>
    public static CapturedFrame Parse(LinkType link, ReadOnlySpan<byte> frame, bool cut)
    {
        // Whatever ends too early does so because the capture cut it, or because it lies.
        var tooShort = cut ? FrameKind.Truncated : FrameKind.Broken;
        if (frame.IsEmpty) return new(tooShort);
        return Network(link, frame) switch
        {
            (_, < 0) => new(tooShort),
            (EtherIPv4, var at) => ParseIPv4(frame, at, tooShort),
            (EtherIPv6, var at) => ParseIPv6(frame, at, tooShort),
            _ => new(FrameKind.Other),
        };
    }

    public static bool Supports(LinkType link) => link != LinkType.None && Enum.IsDefined(link);

    /// <summary>EtherType and start of what the link carries; a negative start when the frame ends before.</summary>
    private static (int EtherType, int At) Network(LinkType link, ReadOnlySpan<byte> frame) => link switch
    {
        LinkType.Ethernet => Tagged(frame, 12),
        LinkType.LinuxCooked => Tagged(frame, 14),
        LinkType.LinuxCooked2 => frame.Length < 20 ? (0, -1) : (U16(frame, 0), 20),
        // The address family in front has other numbers on every system; the packet says itself what it is.
        LinkType.Null or LinkType.Loop => ByVersion(frame, 4),
        _ when Supports(link) => ByVersion(frame, 0),
        _ => (0, 0),
    };

    /// <summary>An EtherType, after any number of VLAN tags (IEEE 802.1Q, 802.1ad and the older 0x9100).</summary>
    private static (int EtherType, int At) Tagged(ReadOnlySpan<byte> frame, int at)
    {
        for (; at + 2 <= frame.Length; at += 4)
        {
            var type = U16(frame, at);
            if (type is not (0x8100 or 0x88A8 or 0x9100)) return (type, at + 2);
        }
        return (0, -1);
    }

    private static (int EtherType, int At) ByVersion(ReadOnlySpan<byte> frame, int at) =>
        frame.Length <= at ? (0, -1) : ((frame[at] >> 4) switch { 4 => EtherIPv4, 6 => EtherIPv6, _ => 0 }, at);

    private static CapturedFrame ParseIPv4(ReadOnlySpan<byte> frame, int at, FrameKind tooShort)
    {
        var packet = frame[at..];
        if (packet.Length < 20) return new(tooShort);
        var header = (packet[0] & 0x0F) * 4;
        var total = U16(packet, 2);
        // Segmentation offload leaves the length 0: then it is the frame's.
        if (total == 0) total = packet.Length;
        if (packet[0] >> 4 != 4 || header < 20 || total < header) return new(FrameKind.Broken);
        if (packet.Length < header) return new(tooShort);
        if ((U16(packet, 6) & 0x3FFF) != 0) return new(FrameKind.Fragment);
        if (packet[9] != UdpProtocol) return new(FrameKind.Other);
        return ParseUdp(frame, at + header, total - header, tooShort,
            new UdpEndPoint(BinaryPrimitives.ReadUInt32BigEndian(packet[12..]), false, 0),
            new UdpEndPoint(BinaryPrimitives.ReadUInt32BigEndian(packet[16..]), false, 0));
    }

    private static CapturedFrame ParseIPv6(ReadOnlySpan<byte> frame, int at, FrameKind tooShort)
    {
        var packet = frame[at..];
        if (packet.Length < 40) return new(tooShort);
        if (packet[0] >> 4 != 6) return new(FrameKind.Broken);
        var total = U16(packet, 4) == 0 ? packet.Length : 40 + U16(packet, 4);
        var next = packet[6];
        var header = 40;
        while (next != UdpProtocol)
        {
            // Hop-by-hop, routing, fragment, authentication, destination; their first bytes are next header and length.
            if (next is not (0 or 43 or 44 or 51 or 60)) return new(FrameKind.Other);
            if (packet.Length < header + 8) return new(tooShort);
            if (next == 44 && (U16(packet, header + 2) & 0xFFF9) != 0) return new(FrameKind.Fragment);
            var length = next switch { 44 => 8, 51 => (packet[header + 1] + 2) * 4, _ => (packet[header + 1] + 1) * 8 };
            next = packet[header];
            header += length;
        }
        return ParseUdp(frame, at + header, total - header, tooShort,
            new UdpEndPoint(BinaryPrimitives.ReadUInt128BigEndian(packet[8..]), true, 0),
            new UdpEndPoint(BinaryPrimitives.ReadUInt128BigEndian(packet[24..]), true, 0));
    }

    /// <param name="room">Bytes that IP has for it, which may be more than were captured.</param>
    private static CapturedFrame ParseUdp(ReadOnlySpan<byte> frame, int at, int room, FrameKind tooShort,
        UdpEndPoint source, UdpEndPoint destination)
    {
        if (room < UdpHeader) return new(FrameKind.Broken);
        if (frame.Length < at + UdpHeader) return new(tooShort);
        var length = U16(frame, at + 4);
        if (length < UdpHeader || length > room) return new(FrameKind.Broken);
        if (frame.Length < at + length) return new(tooShort);
        return new(FrameKind.Udp, source with { Port = (ushort)U16(frame, at) }, destination with { Port = (ushort)U16(frame, at + 2) },
            at + UdpHeader, length - UdpHeader);
    }

    private static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
}
