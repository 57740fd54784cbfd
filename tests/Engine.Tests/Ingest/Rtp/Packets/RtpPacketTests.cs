using FsCheck.Xunit;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Tests.Ingest.Rtp.Packets;

public sealed class RtpPacketTests
{
    [Fact]
    public void ReadsEveryField()
    {
        var datagram = new RtpBuilder
        {
            Marker = true,
            PayloadType = 101,
            Sequence = 65_535,
            Timestamp = 0xFFFF_FF00,
            Ssrc = 0xD66B_58C1,
            Sources = [1, 2, 3],
            ExtensionWords = 2,
            Padding = 4,
            Payload = [9, 8, 7],
        }.Build();

        Assert.Equal(RtpParseError.None, RtpPacket.TryParse(datagram, out var packet));
        Assert.True(packet.Marker);
        Assert.Equal(101, packet.PayloadType);
        Assert.Equal(65_535, packet.SequenceNumber);
        Assert.Equal(0xFFFF_FF00, packet.Timestamp);
        Assert.Equal(0xD66B_58C1, packet.Ssrc);
        Assert.Equal([9, 8, 7], packet.Payload.ToArray());
    }

    public static TheoryData<RtpParseError, byte[]> Malformed => new()
    {
        { RtpParseError.TooShort, [] },
        { RtpParseError.TooShort, new RtpBuilder().Build()[..11] },
        { RtpParseError.Version, new RtpBuilder { Version = 0 }.Build() },
        { RtpParseError.Version, new RtpBuilder { Version = 1 }.Build() },
        { RtpParseError.Version, new RtpBuilder { Version = 3 }.Build() },
        { RtpParseError.ContributingSources, new RtpBuilder { SourceCount = 15, Payload = new byte[59] }.Build() },
        { RtpParseError.Extension, new RtpBuilder { ExtensionWords = 1, ExtensionClaim = 65_535 }.Build() },
        { RtpParseError.Extension, new RtpBuilder { ExtensionWords = 0, Payload = [] }.Build()[..14] },
        { RtpParseError.Padding, new RtpBuilder { Payload = new byte[10], Padding = 4, PaddingClaim = 15 }.Build() },
        { RtpParseError.Padding, new RtpBuilder { Padding = 4, PaddingClaim = 0 }.Build() },
        { RtpParseError.Padding, new RtpBuilder { Payload = [], Padding = 0 }.Build() },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void BlamesThePartThatIsWrong(RtpParseError expected, byte[] datagram) =>
        Assert.Equal(expected, RtpPacket.TryParse(datagram, out _));

    [Fact]
    public void PaddingMayBeAllThereIs()
    {
        var datagram = new RtpBuilder { Payload = [], Padding = 8 }.Build();
        Assert.Equal(RtpParseError.None, RtpPacket.TryParse(datagram, out var packet));
        Assert.True(packet.Payload.IsEmpty);
    }

    [Property(MaxTest = 2000)]
    public void AnyBytesAreReadOrBlamed(byte[] datagram)
    {
        // Half of the cases pass the version check.
        if (datagram.Length > 0 && datagram.Length % 2 == 0) datagram[0] = (byte)(datagram[0] & 0x3F | 0x80);
        var error = RtpPacket.TryParse(datagram, out var packet);
        Assert.True(error != RtpParseError.None || packet.Payload.Length <= datagram.Length - RtpPacket.FixedHeaderBytes);
    }

    [Property(MaxTest = 1000)]
    public void APacketGivesItsPayloadWhateverElseItCarries(byte sources, byte extension, byte padding, byte[] payload)
    {
        var datagram = new RtpBuilder
        {
            Sources = new uint[sources % 16],
            ExtensionWords = extension % 3 == 0 ? null : extension,
            Padding = padding == 0 ? null : padding,
            Payload = payload,
        }.Build();
        Assert.Equal(RtpParseError.None, RtpPacket.TryParse(datagram, out var packet));
        Assert.Equal(payload, packet.Payload.ToArray());
    }

    /// <summary>A header that was good until a few bits of it were changed: no view reaches beyond the datagram.</summary>
    [Property(MaxTest = 1000)]
    public void ADamagedPacketIsReadWithinItsBoundsOrBlamed(int seed)
    {
        var random = new Random(seed);
        var good = new RtpBuilder { Sources = [1, 2], ExtensionWords = 3, Padding = 4, Payload = new byte[random.Next(40)] }.Build();
        var datagram = good.AsSpan(0, random.Next(good.Length + 1)).ToArray();
        for (var i = datagram.Length == 0 ? 0 : random.Next(4); i > 0; i--)
            datagram[random.Next(Math.Min(datagram.Length, 26))] ^= (byte)(1 << random.Next(8));
        if (RtpPacket.TryParse(datagram, out var packet) != RtpParseError.None) return;
        Assert.True(packet.Payload.IsEmpty || datagram.AsSpan(RtpPacket.FixedHeaderBytes).Overlaps(packet.Payload));
        Assert.InRange(packet.Payload.Length, 0, datagram.Length - RtpPacket.FixedHeaderBytes);
    }

    [Property(MaxTest = 500)]
    public void HeaderRoundTrips(bool marker, byte type, ushort sequence, uint timestamp, uint ssrc)
    {
        var datagram = new byte[RtpPacket.FixedHeaderBytes];
        RtpPacket.WriteHeader(datagram, marker, type, sequence, timestamp, ssrc);
        Assert.Equal(RtpParseError.None, RtpPacket.TryParse(datagram, out var packet));
        Assert.Equal((marker, type & 0x7F, sequence, timestamp, ssrc),
            (packet.Marker, packet.PayloadType, packet.SequenceNumber, packet.Timestamp, packet.Ssrc));
    }
}
