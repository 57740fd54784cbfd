using System.Buffers.Binary;
using System.Net;

namespace SpeechQA.Engine.Tests.Ingest.Pcap;

/// <summary>Builds frames from the inside out: UDP in IP in a link.</summary>
internal static class FrameBuilder
{
    public static byte[] Udp(byte[] payload, int source = 40_010, int destination = 5_004, int? length = null) =>
        [.. Be16(source), .. Be16(destination), .. Be16(length ?? payload.Length + 8), 0, 0, .. payload];

    /// <param name="fragment">Flags and fragment offset.</param>
    public static byte[] IPv4(byte[] body, int protocol = 17, int fragment = 0, int? total = null, int options = 0) =>
    [
        (byte)(0x45 + options / 4), 0, .. Be16(total ?? 20 + options + body.Length), 0, 1, .. Be16(fragment), 64, (byte)protocol, 0, 0,
        10, 20, 0, 11, 192, 0, 2, 77, .. new byte[options], .. body,
    ];

    public static byte[] IPv6(byte[] body, int next = 17, int? length = null) =>
    [
        0x60, 0, 0, 0, .. Be16(length ?? body.Length), (byte)next, 64,
        .. IPAddress.Parse("2001:db8::1").GetAddressBytes(), .. IPAddress.Parse("2001:db8::2").GetAddressBytes(), .. body,
    ];

    public static byte[] Ethernet(byte[] packet, params int[] tags) =>
        [.. new byte[12], .. tags.SelectMany(tag => new byte[] { (byte)(tag >> 8), (byte)tag, 0, 42 }), .. EtherType(packet), .. packet];

    public static byte[] EtherType(byte[] packet) => packet[0] >> 4 == 6 ? [0x86, 0xDD] : [8, 0];

    public static byte[] Be16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
