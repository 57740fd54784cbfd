using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Tests.Ingest.Rtp;

/// <summary>What a leg's sender is told (RFC 3550 section 6.4.1): counts are of its stream and of its present sequence.</summary>
public sealed class ReceiverReportTests
{
    private readonly RtpReceiver _receiver = new(new LegPipe(8_000), PayloadMap.Usual, arrivalsPerSecond: 1000);
    private long _now;

    [Theory]
    [InlineData(0, 8, 7u)]
    [InlineData(100, 2, 101u)]
    [InlineData(65_530, 6, 65_535u)]
    [InlineData(65_530, 7, 0x1_0000u)]
    [InlineData(65_535, 2, 0x1_0000u)]
    [InlineData(65_535, 65_538, 0x2_0000u)]
    public void TheHighestNumberBeginsInCycle0AndCountsWraps(int first, int packets, uint highest)
    {
        Send(first, packets);
        var report = Report();
        Assert.Equal((highest, 0), (report.HighestSequence, report.CumulativeLost));
    }

    [Fact]
    public void APacketFromBeforeTheWrapThatComesLateDoesNotCountAsOne()
    {
        Send(0, 3);
        Send(65_535, 1);
        var report = Report();
        Assert.Equal((2u, 0), (report.HighestSequence, report.CumulativeLost));
        Send(3, 2);
        Assert.Equal(4u, Report().HighestSequence);
    }

    [Fact]
    public void APacketThatComesLateAcrossTheWrapBelongsToTheCycleBefore()
    {
        Send(65_532, 3);
        Send(0, 1);
        var without = Report();
        Assert.Equal((0x1_0000u, 1), (without.HighestSequence, without.CumulativeLost));
        Send(65_535, 1);
        var with = Report();
        Assert.Equal((0x1_0000u, 0), (with.HighestSequence, with.CumulativeLost));
    }

    [Fact]
    public void LossIsToldForTheTimeSinceTheLastReportAndInAll()
    {
        Send(0, 4);
        Send(8, 4);
        var first = Report();
        Assert.Equal((11u, 4 * 256 / 12, 4), (first.HighestSequence, first.FractionLost, first.CumulativeLost));
        Send(12, 8);
        var second = Report();
        Assert.Equal((0, 4), (second.FractionLost, second.CumulativeLost));
        Send(21, 1);
        var third = Report();
        Assert.Equal((256 / 2, 5), (third.FractionLost, third.CumulativeLost));
    }

    [Fact]
    public void NearlyEverythingLostIsTheLargestFraction()
    {
        Send(0, 2);
        _ = Report();
        Send(2_900, 1);
        var report = Report();
        Assert.Equal((255, 2_898), (report.FractionLost, report.CumulativeLost));
    }

    /// <summary>"The number of packets received includes any which are late or duplicates", so that loss may be negative.</summary>
    [Fact]
    public void DuplicatesAreReceivedPackets()
    {
        Send(0, 5);
        Send(4, 1);
        Send(4, 1);
        var report = Report();
        Assert.Equal((4u, 0, -2), (report.HighestSequence, report.FractionLost, report.CumulativeLost));
        Assert.Equal((0, 2), (_receiver.Statistics.Lost, _receiver.Statistics.Duplicates));
    }

    /// <summary>RFC 3550 A.1: a sequence that begins anew is counted anew.</summary>
    [Fact]
    public void ASenderThatBeginsAnewIsCountedAnew()
    {
        Send(65_000, 600);
        Send(65_605, 10);
        var before = Report();
        Assert.Equal((65_614u, 5), (before.HighestSequence, before.CumulativeLost));
        Send(20_000, 3);
        var anew = Report();
        Assert.Equal((20_002u, 0, 0), (anew.HighestSequence, anew.FractionLost, anew.CumulativeLost));
        Send(20_004, 1);
        var next = Report();
        Assert.Equal((256 / 2, 1), (next.FractionLost, next.CumulativeLost));
        // The leg's own statistics go on.
        Assert.Equal((615 + 5, 5 + 1), (_receiver.Statistics.Expected, _receiver.Statistics.Lost));
    }

    [Fact]
    public void AStrayPacketIsNotReceived()
    {
        Send(10, 4);
        Send(30_000, 1);
        Send(14, 1);
        var report = Report();
        Assert.Equal((14u, 0), (report.HighestSequence, report.CumulativeLost));
    }

    [Fact]
    public void AnotherStreamIsCountedByItself()
    {
        Send(65_530, 10);
        Send(10, 5);
        var first = Report();
        Assert.Equal((1u, 0x1_0000u + 14, 6), (first.Ssrc, first.HighestSequence, first.CumulativeLost));
        _now += 10_000;
        Send(300, 20, ssrc: 2);
        var report = Report();
        Assert.Equal((2u, 319u, 0, 0), (report.Ssrc, report.HighestSequence, report.FractionLost, report.CumulativeLost));
        Send(321, 1, ssrc: 2);
        var next = Report();
        Assert.Equal((256 / 2, 1), (next.FractionLost, next.CumulativeLost));
        Assert.Equal(6 + 1, _receiver.Statistics.Lost);
    }

    private RtcpReportBlock Report()
    {
        Assert.True(_receiver.TryReport(_now, out var block));
        return block;
    }

    private void Send(int first, int packets, uint ssrc = 1)
    {
        for (var i = first; i < first + packets; i++)
        {
            var packet = new RtpBuilder { Sequence = (ushort)i, Timestamp = (uint)(_now * 8), Ssrc = ssrc };
            _receiver.Receive(packet.Build(), ReceiverHarness.Peer, _now);
            _now += 20;
        }
    }
}
