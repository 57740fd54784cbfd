using System.Buffers.Binary;
using System.Net;

namespace SpeechQA.Engine.Ingest.Pcap;

/// <summary>Address and port of one side of a datagram, without allocation.</summary>
/// <param name="Address">The address's bytes, the first one highest; an IPv4 address in the lowest 32 bits.</param>
/// <param name="IsV6">IPv6 rather than IPv4.</param>
public readonly record struct UdpEndPoint(UInt128 Address, bool IsV6, ushort Port)
{
    /// <summary>The same as the runtime writes it.</summary>
    public IPEndPoint ToIPEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPEndPoint(new IPAddress(IsV6 ? bytes : bytes[12..]), Port);
    }

    /// <summary><c>10.20.0.11:40010</c> or <c>[2001:db8::1]:5004</c>.</summary>
    public override string ToString() => ToIPEndPoint().ToString();
}
