using SpeechQA.Engine.Ingest.Pcap;
using static SpeechQA.Engine.Tests.Ingest.Pcap.FrameBuilder;

namespace SpeechQA.Engine.Tests.Ingest.Pcap;

/// <summary>Links, IP and UDP.</summary>
public class CapturedFrameTests
{
    private static readonly byte[] Payload = [0x80, 0, 1, 2, 3];
    private static readonly byte[] Packet = IPv4(Udp(Payload));

    private static void IsUdp(LinkType link, byte[] frame, byte[]? payload = null)
    {
        var parsed = CapturedFrame.Parse(link, frame, cut: false);
        Assert.Equal(FrameKind.Udp, parsed.Kind);
        Assert.Equal((40_010, 5_004), (parsed.Source.Port, parsed.Destination.Port));
        Assert.Equal(payload ?? Payload, frame.AsSpan(parsed.PayloadStart, parsed.PayloadLength).ToArray());
    }

    private static void Is(string kind, byte[] packet, bool cut = false)
    {
        Assert.Equal(kind, CapturedFrame.Parse(LinkType.Raw, packet, cut).Kind.ToString());
        Assert.Equal(kind, CapturedFrame.Parse(LinkType.Ethernet, Ethernet(packet), cut).Kind.ToString());
    }

    [Fact]
    public void EveryLink()
    {
        foreach (var packet in new[] { Packet, IPv6(Udp(Payload)) })
        {
            IsUdp(LinkType.Ethernet, Ethernet(packet));
            IsUdp(LinkType.Ethernet, Ethernet(packet, 0x8100));
            IsUdp(LinkType.Ethernet, Ethernet(packet, 0x88A8, 0x8100));
            IsUdp(LinkType.Ethernet, Ethernet(packet, 0x9100, 0x8100, 0x8100));
            IsUdp(LinkType.LinuxCooked, [.. new byte[14], .. EtherType(packet), .. packet]);
            IsUdp(LinkType.LinuxCooked2, [.. EtherType(packet), .. new byte[18], .. packet]);
            IsUdp(LinkType.Null, [2, 0, 0, 0, .. packet]);
            IsUdp(LinkType.Loop, [0, 0, 0, 2, .. packet]);
            foreach (var raw in new[] { LinkType.Raw, LinkType.RawBsd, LinkType.RawOpenBsd }) IsUdp(raw, packet);
        }
        IsUdp(LinkType.IPv4, Packet);
        IsUdp(LinkType.IPv6, IPv6(Udp(Payload)));
    }

    [Fact]
    public void PaddingBehindThePacketIsNotPayload() => IsUdp(LinkType.Ethernet, [.. Ethernet(Packet), .. new byte[13]]);

    [Fact]
    public void LengthsLeftOutByOffloadAreTheFrames()
    {
        IsUdp(LinkType.Raw, IPv4(Udp(Payload), total: 0));
        IsUdp(LinkType.Raw, IPv6(Udp(Payload), length: 0));
    }

    [Fact]
    public void OptionsAndExtensionHeaders()
    {
        IsUdp(LinkType.Raw, IPv4(Udp(Payload), options: 12));
        byte[] destination = [17, 1, .. new byte[14], .. Udp(Payload)];
        IsUdp(LinkType.Raw, IPv6(destination, next: 60));
        IsUdp(LinkType.Raw, IPv6([60, 0, .. new byte[6], .. destination], next: 0));
        IsUdp(LinkType.Raw, IPv6([17, 2, .. new byte[14], .. Udp(Payload)], next: 51));
        IsUdp(LinkType.Raw, IPv6([17, 0, 0, 0, 0, 0, 0, 9, .. Udp(Payload)], next: 44));
        IsUdp(LinkType.Raw, IPv6(Udp([])), []);
    }

    [Fact]
    public void FragmentsAndOtherProtocols()
    {
        Is("Fragment", IPv4(Udp(Payload), fragment: 0x2000));
        Is("Fragment", IPv4(new byte[30], fragment: 7));
        Is("Udp", IPv4(Udp(Payload), fragment: 0x4000));
        Is("Fragment", IPv6([17, 0, 0, 1, 0, 0, 0, 9, .. Udp(Payload)], next: 44));
        Is("Fragment", IPv6([17, 0, 0, 8, 0, 0, 0, 9, .. Udp(Payload)], next: 44));
        Is("Other", IPv4(new byte[20], protocol: 6));
        Is("Other", IPv6(new byte[20], next: 6));
        Is("Other", IPv6([59, 0, .. new byte[6]], next: 0));
        Assert.Equal(FrameKind.Other, CapturedFrame.Parse(LinkType.Ethernet, [.. new byte[12], 8, 6, .. new byte[28]], false).Kind);
        Assert.Equal(FrameKind.Other, CapturedFrame.Parse(LinkType.Raw, [0x50, 0, 0], false).Kind);
    }

    [Fact]
    public void Lies()
    {
        Is("Broken", IPv4(Udp(Payload, length: 7)));
        Is("Broken", IPv4(Udp(Payload, length: 14)));
        Is("Broken", IPv4(Udp(Payload), total: 19));
        Is("Broken", IPv4(Udp(Payload), total: 27));
        Is("Broken", [0x41, .. Packet[1..]]);
        Is("Broken", [0x4F, .. Packet[1..]]);
        Is("Broken", IPv6(Udp(Payload), length: 7));
        Is("Broken", IPv6([17, 200, .. new byte[6]], next: 0));
        Is("Broken", IPv6([0, 0], next: 0));
        Is("Broken", Packet[..19]);
        Is("Broken", Packet[..24]);
        Is("Broken", Packet[..^1]);
        Assert.Equal(FrameKind.Broken, CapturedFrame.Parse(LinkType.Ethernet, Ethernet(Packet)[..13], false).Kind);
        Assert.Equal(FrameKind.Broken, CapturedFrame.Parse(LinkType.Ethernet, [.. new byte[12], 0x81, 0, 0], false).Kind);
    }

    [Fact]
    public void WhatTheCaptureCutIsNoLie()
    {
        for (var kept = 1; kept < Packet.Length; kept++) Is("Truncated", Packet[..kept], cut: true);
        Is("Udp", [.. Packet, 0], cut: true);
    }
}
