using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;

namespace SpeechQA.Engine.Tests.Ingest.Rtp.Receive;

public sealed class JitterBufferTests
{
    private const int Ms = 1;
    private readonly List<(ushort Sequence, int Missing, bool Restart)> _released = [];
    private readonly JitterBuffer _buffer;

    public JitterBufferTests() => _buffer = new JitterBuffer(
        (in RtpPacket packet, in Delivery delivery) => _released.Add((packet.SequenceNumber, delivery.Missing, delivery.Restart)),
        clockRate: 8_000, longestHold: 200 * Ms);

    [Fact]
    public void PacketsInOrderAreReleasedAtOnceAcrossTheWrap()
    {
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(JitterOutcome.Released, Insert(65_500 + i));
            Assert.Equal(i + 1, _released.Count);
        }
        Assert.Equal(200, _buffer.Expected);
        Assert.All(_released, r => Assert.Equal(0, r.Missing));
    }

    [Fact]
    public void SwappedPacketsComeOutInOrderAcrossTheWrap()
    {
        Insert(65_534);
        Assert.Equal(JitterOutcome.Held, Insert(65_536));
        Assert.Equal(JitterOutcome.Released, Insert(65_535));
        Insert(65_537);
        Assert.Equal([65_534, 65_535, 0, 1], _released.Select(r => (int)r.Sequence));
        Assert.Equal(1, _buffer.Reordered);
        Assert.Equal(4, _buffer.Expected);
    }

    [Fact]
    public void AHoleIsGivenUpWhenSixtyMillisecondsBehindItHaveCome()
    {
        Insert(10);
        Insert(13);
        Insert(14);
        Assert.Single(_released);
        Insert(15);
        Assert.Equal([(10, 0), (13, 2), (14, 0), (15, 0)], _released.Select(r => ((int)r.Sequence, r.Missing)));
    }

    [Fact]
    public void DuplicatesAreToldFromLatePackets()
    {
        Insert(10);
        Assert.Equal(JitterOutcome.Duplicate, Insert(10));
        Insert(12);
        Assert.Equal(JitterOutcome.Duplicate, Insert(12));
        Insert(13);
        Insert(14);
        Assert.Equal(JitterOutcome.Late, Insert(11));
        Assert.Equal(JitterOutcome.Duplicate, Insert(11));
        Assert.Equal([10, 12, 13, 14], _released.Select(r => (int)r.Sequence));
    }

    [Fact]
    public void TheDepthGrowsWithWhatComesLateAndGoesBack()
    {
        Insert(0);
        Insert(2, 3, 4);
        // 80 ms behind the newest: from now on packets as late as that are waited for.
        Assert.Equal(JitterOutcome.Late, Insert(1));
        Insert(6, 7, 8);
        Assert.Equal(JitterOutcome.Released, Insert(5));
        for (var i = 9; i < 20_000; i++) Insert(i);
        Insert(20_001, 20_002, 20_003);
        Assert.Equal(1, _released[^3].Missing);
    }

    [Fact]
    public void NothingIsHeldLongerThanAllowed()
    {
        Insert(0);
        InsertAt(2, arrival: 100);
        _buffer.GiveUpOld(299);
        Assert.Single(_released);
        _buffer.GiveUpOld(300);
        Assert.Equal(2, _released[^1].Sequence);
    }

    [Fact]
    public void AHoleLongerThanTheSlotsIsOneLoss()
    {
        Insert(0, 2);
        Insert(1_000, 1_001, 1_002);
        Assert.Equal([(0, 0), (2, 1), (1_000, 997), (1_001, 0), (1_002, 0)], _released.Select(r => ((int)r.Sequence, r.Missing)));
    }

    [Fact]
    public void AJumpIsBelievedWhenTheNextNumberFollows()
    {
        Insert(100, 101, 103);
        Assert.Equal(JitterOutcome.Suspect, Insert(30_000));
        Assert.Equal(JitterOutcome.Restarted, Insert(30_001));
        Insert(30_002);
        Assert.Equal([(100, false), (101, false), (103, false), (30_000, true), (30_001, false), (30_002, false)],
            _released.Select(r => ((int)r.Sequence, r.Restart)));
        Assert.Equal(4 + 3, _buffer.Expected);
    }

    [Fact]
    public void AStrayPacketChangesNothing()
    {
        Insert(100);
        Assert.Equal(JitterOutcome.Suspect, Insert(30_000));
        Insert(101);
        Assert.Equal(JitterOutcome.Suspect, Insert(30_001));
        Insert(102);
        Assert.Equal([100, 101, 102], _released.Select(r => (int)r.Sequence));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void WhateverTheOrderEachPacketComesOutOnceAndInOrder(int seed)
    {
        var random = new Random(seed);
        var arrivals = Enumerable.Range(65_000, 5_000).Where(_ => random.NextDouble() > 0.03)
            .SelectMany(i => random.NextDouble() < 0.05 ? new[] { i, i } : [i])
            .OrderBy(i => i * 20 + (i < 65_005 ? 0 : random.Next(70))).ToList();
        var late = arrivals.Count(i => InsertAt(i, i * 20) == JitterOutcome.Late);
        _buffer.Flush();

        var sent = arrivals.Distinct().Count();
        Assert.Equal(sent - late, _released.Count);
        Assert.All(_released.Zip(_released.Skip(1)), pair => Assert.True((short)(pair.Second.Sequence - pair.First.Sequence) > 0));
        Assert.Equal(arrivals.Max() - arrivals.Min() + 1, _buffer.Expected);
        Assert.Equal(_buffer.Expected - _released.Count, _released.Sum(r => r.Missing));
    }

    private void Insert(params int[] sequences)
    {
        foreach (var sequence in sequences) Insert(sequence);
    }

    private JitterOutcome Insert(int sequence) => InsertAt(sequence, 0);

    private JitterOutcome InsertAt(int sequence, long arrival)
    {
        var datagram = new RtpBuilder { Sequence = (ushort)sequence, Timestamp = (uint)(sequence * 160) }.Build();
        RtpPacket.TryParse(datagram, out var packet);
        return _buffer.Insert(packet, new PayloadFormat(RtpCodec.Pcmu, 8_000), arrival);
    }
}
