using System.Net;
using System.Net.Sockets;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Host.Tests.Metrics.Page;

/// <summary>
/// What comes to a leg's ports: packets that are lost, late, doubled, foreign or malformed, and more than a leg can take.
/// </summary>
internal static class RtpScenarios
{
    private const int PacketSamples = 160;

    public static IReadOnlyList<MetricScenario> All { get; } =
    [
        new("a bad line",
            ["rtp_packets_received_total", "rtp_packets_lost_total", "rtp_audio_replaced_seconds_total{by=silence}",
                "rtp_audio_replaced_seconds_total{by=concealed}", "rtp_audio_replaced_seconds_total{by=lost}",
                "speechqa_line_warnings_total{kind=no-packets}",
                .. Dropped("duplicate", "late", "stray", "foreign", "other_stream")],
            () => SendAsync(BadLine)),
        new("datagrams of no use",
            Dropped("too_short", "version", "contributing_sources", "extension", "padding", "too_long", "payload", "payload_type", "rtcp"),
            () => SendAsync(Malformed)),
        new("more audio at once than a leg may be behind",
            ["speechqa_audio_dropped_seconds_total", "rtp_audio_replaced_seconds_total{by=pipe_full}"],
            () => SendAsync(Flood)),
    ];

    private static string[] Dropped(params string[] reasons) => [.. reasons.Select(r => $"rtp_packets_dropped_total{{reason={r}}}")];

    private static async Task SendAsync(Action<UdpClient, UdpClient> send)
    {
        await using var server = await TestServer.StartAsync();
        var call = await server.OpenAsync();
        var port = call.GetProperty("legs")[1].GetProperty("rtpPort").GetInt32();
        using var sender = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var other = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        sender.Connect(IPAddress.Loopback, port);
        other.Connect(IPAddress.Loopback, port);
        send(sender, other);
        var id = call.GetProperty("id").GetString()!;
        using var patience = new CancellationTokenSource(TestServer.Patience);
        // All datagrams came before the last; the line is reported every few seconds.
        await server.EventAsync(id, "line.quality").WaitAsync(patience.Token);
        (await server.Http.DeleteAsync($"api/calls/{id}", patience.Token)).EnsureSuccessStatusCode();
    }

    private static void BadLine(UdpClient sender, UdpClient other)
    {
        Speak(sender, 0, 10);
        Speak(sender, 9, 1);
        // One is lost and comes when it was given up; then many are lost.
        Speak(sender, 11, 10);
        Speak(sender, 10, 1);
        Speak(sender, 41, 10);
        Speak(sender, 20_000, 1);
        Speak(other, 51, 1);
        Speak(sender, 51, 1, ssrc: 2);
        // The time stamps go on for a second in which nothing was sent.
        for (var i = 51; i < 61; i++) sender.Send(Packet(i, (uint)(i * PacketSamples + 8_000), 1, 0, new byte[PacketSamples]));
    }

    private static void Malformed(UdpClient sender, UdpClient other)
    {
        Speak(sender, 0, 10);
        byte[][] datagrams =
        [
            new byte[5],
            Header(0x40), // version 1
            Header(0x8F), // 15 sources that are not there
            Header(0x90), // an extension that is not there
            Header(0xA0), // padding of 0 bytes
            Packet(10, 1_600, 1, 0, new byte[4_000]),
            Packet(10, 1_600, 1, 101, new byte[2]), // a telephone event has 4 bytes
            Packet(11, 1_760, 1, 99, new byte[20]),
            [0x80, 200, 0, 1, 1, 2, 3, 4], // a sender report without its clocks
        ];
        foreach (var datagram in datagrams) sender.Send(datagram);
        Speak(sender, 12, 10);

        static byte[] Header(byte first)
        {
            var header = new byte[RtpPacket.FixedHeaderBytes];
            header[0] = first;
            return header;
        }
    }

    /// <summary>Half a minute in packets of a quarter of a second.</summary>
    private static void Flood(UdpClient sender, UdpClient other)
    {
        for (var i = 0; i < 120; i++) sender.Send(Packet(i, (uint)(i * 2_048), 1, 0, new byte[2_048]));
    }

    private static void Speak(UdpClient sender, int first, int packets, uint ssrc = 1)
    {
        for (var i = first; i < first + packets; i++) sender.Send(Packet(i, (uint)(i * PacketSamples), ssrc, 0, new byte[PacketSamples]));
    }

    private static byte[] Packet(int sequence, uint timestamp, uint ssrc, byte type, byte[] payload)
    {
        var packet = new byte[RtpPacket.FixedHeaderBytes + payload.Length];
        RtpPacket.WriteHeader(packet, false, type, (ushort)sequence, timestamp, ssrc);
        payload.CopyTo(packet, RtpPacket.FixedHeaderBytes);
        return packet;
    }
}
