using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using SpeechQA.Engine.Ingest.Pcap;

namespace SpeechQA.Engine.Ingest.Rtp.Packets;

/// <summary>Senders as values.</summary>
internal static class UdpEndPoints
{
    /// <summary>From the bytes of a socket address (sockaddr_in, sockaddr_in6), which lie alike on all systems.</summary>
    public static UdpEndPoint ToUdp(this SocketAddress address)
    {
        var bytes = address.Buffer.Span;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return address.Family == AddressFamily.InterNetwork
            ? new(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), IsV6: false, port)
            : new(BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]), IsV6: true, port);
    }

    /// <summary>Whatever the port.</summary>
    public static bool SameHost(this UdpEndPoint a, UdpEndPoint b) => a.Address == b.Address && a.IsV6 == b.IsV6;
}
