using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace SpeechQA.Host.Tests.Calls;

/// <summary>Packets of PCMU as a telephone sends them, without their pace.</summary>
internal static class RtpPackets
{
    /// <summary>Sends packets of 20 ms to a port of this machine, without a goodbye.</summary>
    public static async Task SendAsync(int port, int packets)
    {
        using var socket = new UdpClient(AddressFamily.InterNetwork);
        for (ushort i = 0; i < packets; i++)
        {
            var packet = new byte[172];
            packet[0] = 0x80;
            packet[3] = (byte)i;
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), i * 160u);
            packet[11] = 7;
            await socket.SendAsync(packet, new IPEndPoint(IPAddress.Loopback, port));
        }
    }
}
