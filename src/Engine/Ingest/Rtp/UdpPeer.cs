using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace SpeechQA.Engine.Ingest.Rtp;

/// <summary>
/// Address and port of a sender as a value: comparing and keeping it allocates nothing. IPv4 is held as
/// IPv4-mapped IPv6 (::ffff:a.b.c.d). The default value is "not known".
/// </summary>
public readonly record struct UdpPeer(ulong High, ulong Low, ushort Port)
{
    /// <summary>From the bytes of a socket address (sockaddr_in, sockaddr_in6), which are the same on all systems.</summary>
    public static UdpPeer From(SocketAddress address)
    {
        var bytes = address.Buffer.Span;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return address.Family == AddressFamily.InterNetwork
            ? V4(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), port)
            : new(BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]), port);
    }

    public static UdpPeer From(IPEndPoint endPoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        endPoint.Address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), (ushort)endPoint.Port);
    }

    /// <summary>An IPv4 address as a number, most significant byte first.</summary>
    public static UdpPeer V4(uint address, ushort port) => new(0, 0xFFFF_0000_0000UL | address, port);

    /// <summary>The same host, whatever the port.</summary>
    public bool SameHost(UdpPeer other) => High == other.High && Low == other.Low;

    /// <summary>The end point, allocated.</summary>
    public IPEndPoint ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        var address = new IPAddress(bytes);
        return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, Port);
    }

    public override string ToString() => ToEndPoint().ToString();
}
