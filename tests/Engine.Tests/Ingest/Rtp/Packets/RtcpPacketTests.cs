using FsCheck.Xunit;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Tests.Ingest.Rtp.Packets;

public sealed class RtcpPacketTests
{
    private static readonly RtcpSenderReport Sender = new(0xD66B_58C1, 0x1122_3344_5566_7788, 0x99AA_BBCC, 1_000, 160_000);

    [Fact]
    public void AGoodbyeDatagramIsReadPacketByPacket()
    {
        var bytes = new byte[RtcpWriter.LongestDatagram];
        ReadOnlySpan<byte> datagram = bytes.AsSpan(0, RtcpWriter.Goodbye(bytes, Sender, "someone"));

        Assert.True(RtcpPacket.TryRead(ref datagram, out var report, out _));
        Assert.True(report.TryGetSender(out var sender));
        Assert.Equal(Sender, sender);
        Assert.True(RtcpPacket.TryRead(ref datagram, out var description, out _));
        Assert.Equal(RtcpType.SourceDescription, description.Type);
        Assert.True(RtcpPacket.TryRead(ref datagram, out var goodbye, out _));
        Assert.True(goodbye.SaysGoodbye(Sender.Ssrc));
        Assert.False(goodbye.SaysGoodbye(1));
        Assert.False(RtcpPacket.TryRead(ref datagram, out _, out var error));
        Assert.Equal(RtpParseError.None, error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-8_388_608)]
    [InlineData(8_388_607)]
    [InlineData(-1)]
    public void AReportBlockRoundTrips(int lost)
    {
        var block = new RtcpReportBlock(1, 255, lost, 0x0001_FFFF, 77, 0xAABB_CCDD, 65_536);
        var bytes = new byte[RtcpWriter.LongestDatagram];
        ReadOnlySpan<byte> datagram = bytes.AsSpan(0, RtcpWriter.ReceiverReport(bytes, 2, block, ""));
        Assert.True(RtcpPacket.TryRead(ref datagram, out var report, out _));
        Assert.Equal((RtcpType.ReceiverReport, 2u, 1), (report.Type, report.Ssrc, report.Count));
        Assert.Equal(block, report.Block(0));
    }

    public static TheoryData<RtpParseError, byte[]> Malformed => new()
    {
        { RtpParseError.TooShort, [0x80, 200, 0] },
        { RtpParseError.Version, [0x40, 200, 0, 0] },
        { RtpParseError.TooLong, [0x80, 200, 0xFF, 0xFF, 1, 2, 3, 4] },
        { RtpParseError.Rtcp, [0x80, 200, 0, 1, 1, 2, 3, 4] },
        { RtpParseError.Rtcp, [0x9F, 201, 0, 1, 1, 2, 3, 4] },
        { RtpParseError.Rtcp, [0x9F, 203, 0, 1, 1, 2, 3, 4] },
        { RtpParseError.Rtcp, [0x9F, 202, 0, 1, 1, 2, 3, 4] },
        { RtpParseError.Rtcp, [0x80, 204, 0, 1, 1, 2, 3, 4] },
        { RtpParseError.Padding, [0xA0, 203, 0, 1, 1, 2, 3, 0] },
        { RtpParseError.Padding, [0xA0, 203, 0, 1, 1, 2, 3, 8] },
        { RtpParseError.Padding, [0xA0, 203, 0, 0] },
        { RtpParseError.Padding, [0xA0, 203, 0, 1, 1, 2, 3, 4, 0x80, 203, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void LengthsThatLieAreBlamed(RtpParseError expected, byte[] bytes)
    {
        ReadOnlySpan<byte> datagram = bytes;
        Assert.False(RtcpPacket.TryRead(ref datagram, out _, out var error));
        Assert.Equal(expected, error);
    }

    /// <summary>Cut anywhere: the packets before the cut are read, the one that is cut is blamed.</summary>
    [Fact]
    public void ADatagramThatIsCutIsReadUpToTheCut()
    {
        var bytes = new byte[RtcpWriter.LongestDatagram];
        var length = RtcpWriter.Goodbye(bytes, Sender, "someone");
        var borders = Borders(bytes.AsSpan(0, length));
        Assert.Equal(3, borders.Count);
        for (var cut = 0; cut <= length; cut++)
        {
            ReadOnlySpan<byte> datagram = bytes.AsSpan(0, cut);
            var read = 0;
            RtpParseError error;
            while (RtcpPacket.TryRead(ref datagram, out _, out error)) read++;
            Assert.Equal(borders.Count(b => b <= cut), read);
            Assert.Equal(cut == 0 || borders.Contains(cut), error == RtpParseError.None);
        }

        static List<int> Borders(ReadOnlySpan<byte> datagram)
        {
            var all = datagram.Length;
            List<int> borders = [];
            while (RtcpPacket.TryRead(ref datagram, out _, out _)) borders.Add(all - datagram.Length);
            return borders;
        }
    }

    [Property(MaxTest = 1000)]
    public void AnyReportBlockRoundTrips(uint source, byte fraction, int lost, uint highest, uint jitter, uint last, uint delay)
    {
        var block = new RtcpReportBlock(source, fraction, (lost << 8) >> 8, highest, jitter, last, delay);
        var bytes = new byte[RtcpWriter.LongestDatagram];
        ReadOnlySpan<byte> datagram = bytes.AsSpan(0, RtcpWriter.ReceiverReport(bytes, 2, block, "x"));
        Assert.True(RtcpPacket.TryRead(ref datagram, out var report, out _));
        Assert.Equal(block, report.Block(0));
    }

    [Property(MaxTest = 2000)]
    public void AnyBytesAreReadToAnEnd(byte[] bytes)
    {
        for (var i = 0; i + 1 < bytes.Length; i += 4)
        {
            bytes[i] = (byte)(bytes[i] & 0x3F | 0x80);
            bytes[i + 1] = (byte)(200 + bytes[i + 1] % 6);
        }
        ReadOnlySpan<byte> datagram = bytes;
        var before = datagram.Length + 1;
        while (RtcpPacket.TryRead(ref datagram, out var packet, out _))
        {
            Assert.True(datagram.Length < before);
            before = datagram.Length;
            packet.TryGetSender(out _);
            packet.SaysGoodbye(1);
            if (packet.Type is RtcpType.SenderReport or RtcpType.ReceiverReport)
                for (var i = 0; i < packet.Count; i++) packet.Block(i);
        }
    }
}
