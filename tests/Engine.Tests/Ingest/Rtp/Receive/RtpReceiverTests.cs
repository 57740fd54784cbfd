using System.Buffers.Binary;
using FsCheck.Xunit;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Tests.Ingest.Rtp.Receive;

public sealed class RtpReceiverTests
{
    private readonly ReceiverHarness _leg = new();

    [Fact]
    public void TheFirstPacketIsNotLostToProbation()
    {
        _leg.Send(0);
        Assert.Null(_leg.Receiver.FirstArrival);
        _leg.Send(1);
        Assert.Equal(0, _leg.Receiver.FirstArrival);
        Assert.Equal("A0 A1", ReceiverHarness.Story(_leg.End()));
    }

    [Fact]
    public void TheFirstTwoPacketsMayBeSwapped()
    {
        _leg.Send(1, 0);
        _leg.Send(0, 2);
        _leg.Send(2);
        Assert.Equal("A0 A1 A2", ReceiverHarness.Story(_leg.End()));
    }

    [Fact]
    public void ALostPacketIsConcealedAndItsPlaceKept()
    {
        _leg.Send(0..5);
        _leg.Send(6..10);
        Assert.Equal("A0 A1 A2 A3 A4 C A6 A7 A8 A9", ReceiverHarness.Story(_leg.End()));
        Assert.Equal(1, _leg.Statistics.Lost);
        Assert.Equal(10, _leg.Statistics.LossPercent);
    }

    [Fact]
    public void ALongLossIsConcealedForSixtyMilliseconds()
    {
        _leg.Send(0..5);
        _leg.Send(11..15);
        Assert.Equal("A0 A1 A2 A3 A4 C C C L L L A11 A12 A13 A14", ReceiverHarness.Story(_leg.End()));
    }

    [Fact]
    public void AHoleInTheTimeStampsAloneIsSilence()
    {
        _leg.Send(0..3);
        for (var i = 3; i < 6; i++) _leg.Send(i, i * 20 + 60, timestampOffset: 3, marker: i == 3);
        Assert.Equal("A0 A1 A2 S S S A3 A4 A5", ReceiverHarness.Story(_leg.End()));
        Assert.Equal(0, _leg.Statistics.Lost);
    }

    [Fact]
    public void LossBeforeAndAfterAnAnnouncedSilenceIsToldFromIt()
    {
        _leg.Send(0..3);
        // 3 is lost, 4 announces silence, 5 is the first of the speech that follows and is lost too.
        _leg.Raw(new RtpBuilder
        {
            PayloadType = 13,
            Sequence = 65_004,
            Timestamp = ReceiverHarness.Timestamp(4),
            Ssrc = 1,
            Payload = [70]
        }.Build(), 80);
        for (var i = 6; i < 12; i++) _leg.Send(i, i * 20 + 80, timestampOffset: 4);
        Assert.Equal("A0 A1 A2 C S S S S S C A6 A7 A8 A9 A10 A11", ReceiverHarness.Story(_leg.End()));
    }

    [Fact]
    public void DuplicatesAndLatePacketsAreDroppedAndCounted()
    {
        _leg.Send(0..5);
        _leg.Send(4, 101);
        _leg.Send(6..10);
        _leg.Send(5, 201);
        Assert.Equal("A0 A1 A2 A3 A4 C A6 A7 A8 A9", ReceiverHarness.Story(_leg.End()));
        Assert.Equal((1, 1, 0), (_leg.Statistics.Duplicates, _leg.Statistics.Late, _leg.Statistics.Lost));
    }

    [Fact]
    public void AForeignSenderIsDroppedAndCounted()
    {
        _leg.Send(0..5);
        _leg.Send(100..104, from: ReceiverHarness.Other, arrivalOffset: -1_900);
        _leg.Send(5..10);
        Assert.Equal("A0 A1 A2 A3 A4 A5 A6 A7 A8 A9", ReceiverHarness.Story(_leg.End()));
        Assert.Equal(4, _leg.Statistics.Foreign);
    }

    [Fact]
    public void TheSameStreamMayMoveAfterASecondOfSilence()
    {
        _leg.Send(0..5);
        _leg.Send(5, 900, from: ReceiverHarness.Other, timestampOffset: 40);
        Assert.Equal(1, _leg.Statistics.Foreign);
        _leg.Send(6, 1_100, from: ReceiverHarness.Other, timestampOffset: 48);
        Assert.Equal((1, 1), (_leg.Statistics.Foreign, _leg.Statistics.PeerChanges));
        Assert.Equal(ReceiverHarness.Other, _leg.Receiver.Peer);
    }

    [Fact]
    public void AFloodOfStreamsDisturbsNothing()
    {
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            _leg.Send(i);
            for (var k = 0; k < 50; k++) _leg.Send(random.Next(65_536), i * 20, ssrc: (uint)random.Next(2, int.MaxValue));
        }
        Assert.Equal(300, _leg.Statistics.Received);
        Assert.Equal(300L * 50, _leg.Statistics.OtherStreams);
        Assert.Equal(0, _leg.Statistics.SsrcChanges);
        Assert.Equal(1u, _leg.Receiver.Ssrc);
        Assert.All(_leg.End().Kinds, kind => Assert.Equal(AudioChunkKind.Audio, kind));
    }

    [Fact]
    public void AFloodBeforeTheCallDoesNotKeepItOut()
    {
        var random = new Random(6);
        for (var i = 0; i < 100 && _leg.Receiver.Ssrc is null; i++)
        {
            for (var k = 0; k < 10; k++) _leg.Send(random.Next(65_536), i * 20, ssrc: (uint)random.Next(2, int.MaxValue));
            _leg.Send(i);
        }
        Assert.Equal(1u, _leg.Receiver.Ssrc);
    }

    [Fact]
    public void AnotherStreamTakesOverAfterSustainedTrafficAndLosesNothing()
    {
        _leg.Send(0..5);
        _leg.Send(20..40, ssrc: 2, from: ReceiverHarness.Other, timestampOffset: 70_000);
        Assert.Equal(2u, _leg.Receiver.Ssrc);
        Assert.Equal((1, 0), (_leg.Statistics.SsrcChanges, _leg.Statistics.Lost));
        // Where arrival puts it: packet 20 arrived 320 ms after packet 4.
        Assert.Equal("A0 A1 A2 A3 A4 S S S S S S S S S S S S S S S " + string.Join(' ', Enumerable.Range(20, 20).Select(i => $"A{i}")),
            ReceiverHarness.Story(_leg.End()));
    }

    [Fact]
    public void AnotherStreamDoesNotTakeOverWhileTheFirstGoesOn()
    {
        for (var i = 0; i < 100; i++)
        {
            _leg.Send(i);
            _leg.Send(i, ssrc: 2);
        }
        Assert.Equal(0, _leg.Statistics.SsrcChanges);
        Assert.Equal((100, 100), (_leg.Statistics.Received, _leg.Statistics.OtherStreams));
    }

    [Fact]
    public void ThreeEndPacketsAreOneEvent()
    {
        _leg.Send(0..5);
        var sequence = 65_005;
        for (var i = 0; i < 7; i++) Event((ushort)sequence++, 5, (ushort)(160 * Math.Min(i + 1, 5)), end: i > 3, arrival: 100 + i * 20);
        Assert.Equal(new TelephoneEvent(2, 5 * 160, 5 * 160), Assert.Single(_leg.Events));
        for (var i = 12; i < 15; i++) _leg.Send(i);
        Assert.Equal("A0 A1 A2 A3 A4 S S S S S S S A12 A13 A14", ReceiverHarness.Story(_leg.End()));
        Assert.Equal('2', _leg.Events.Single().Digit);
    }

    [Fact]
    public void AnEventWhoseEndPacketsAreLostIsToldWhenAudioGoesOn()
    {
        _leg.Send(0..5);
        Event(65_005, 5, 160, end: false, arrival: 100);
        Event(65_006, 5, 320, end: false, arrival: 120);
        _leg.Send(15..20);
        Assert.Equal(new TelephoneEvent(2, 800, 320), Assert.Single(_leg.Events));
    }

    [Fact]
    public void AudioTimeGoesOnWhileNothingArrives()
    {
        _leg.Send(0..5);
        _leg.Tick(100, 1_080);
        // 1000 ms after packet 4: all but 250 ms of them are silence by now (ticks come every 50 ms, the last at 1050).
        Assert.Equal(800 + (970 - 250) * 8, _leg.Receiver.Position);
        _leg.Send(5, 1_090, timestampOffset: 49);
        Assert.Equal(54 * 160 + 160, _leg.Receiver.Position);
        Assert.Equal(0, _leg.Statistics.LateSeconds);
    }

    [Fact]
    public void AudioThatComesAfterItsPlaceWasFilledIsLate()
    {
        _leg.Send(0..5);
        _leg.Tick(100, 1_080);
        for (var i = 5; i < 60; i++) _leg.Send(i, 1_090);
        Assert.Equal(60 * 160, _leg.Receiver.Position);
        Assert.Equal(0.72, _leg.Statistics.LateSeconds, 3);
    }

    [Fact]
    public void ASenderWhoseClockStoodStillIsHeardAgain()
    {
        _leg.Send(0..5);
        _leg.Tick(100, 10_080);
        // Hold for ten seconds, then the time stamps go on as if nothing had been.
        _leg.Send(5..100, arrivalOffset: 10_000);
        Assert.InRange(_leg.Statistics.LateSeconds, 0.15, 0.25);
        Assert.InRange(_leg.Receiver.Position, (10_000 + 1_900) * 8, (10_000 + 2_100) * 8);
    }

    [Fact]
    public void ATimeStampThatNothingExplainsIsNotBelieved()
    {
        _leg.Send(0..5);
        _leg.Send(5..100, timestampOffset: 10_000_000);
        Assert.Equal(100 * 160, _leg.Receiver.Position);
        Assert.Equal(0, _leg.Statistics.SilenceSeconds);
    }

    [Fact]
    public void ASenderThatBeginsAnewGoesOnWhereItsArrivalPutsIt()
    {
        _leg.Send(0..50);
        _leg.Send(20_000..20_050, timestampOffset: -500_000, arrivalOffset: -20_000 * 20 + 1_000);
        Assert.Equal(100 * 160, _leg.Receiver.Position);
        Assert.Equal((100, 0, 0), (_leg.Statistics.Received, _leg.Statistics.Lost, _leg.Statistics.Stray));
    }

    public static TheoryData<RtpParseError, byte[]> Unusable => new()
    {
        { RtpParseError.TooShort, [] },
        { RtpParseError.Version, new RtpBuilder { Version = 1 }.Build() },
        { RtpParseError.ContributingSources, new RtpBuilder { SourceCount = 15, Payload = new byte[8] }.Build() },
        { RtpParseError.Padding, new RtpBuilder { Padding = 4, PaddingClaim = 255 }.Build() },
        { RtpParseError.TooLong, new RtpBuilder { Payload = new byte[65_000] }.Build() },
        { RtpParseError.PayloadType, new RtpBuilder { PayloadType = 111 }.Build() },
        { RtpParseError.PayloadType, new RtpBuilder { PayloadType = 11 }.Build() },
        { RtpParseError.Payload, new RtpBuilder { PayloadType = 101, Payload = [1, 2, 3] }.Build() },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void WhatCannotBeUsedIsCountedAndDisturbsNothing(RtpParseError error, byte[] datagram)
    {
        _leg.Raw(datagram, 0);
        _leg.Send(0..5);
        _leg.Raw(datagram, 99);
        _leg.Send(5..10);
        Assert.Equal("A0 A1 A2 A3 A4 A5 A6 A7 A8 A9", ReceiverHarness.Story(_leg.End()));
        Assert.Equal(default(RtpErrorCounts).And(error).And(error), _leg.Statistics.Malformed);
    }

    [Fact]
    public void AnUnknownPayloadInTheLegsSequenceIsNotALoss()
    {
        _leg.Send(0..5);
        _leg.Raw(new RtpBuilder { PayloadType = 120, Sequence = 65_005, Timestamp = ReceiverHarness.Timestamp(5), Ssrc = 1 }.Build(), 100);
        _leg.Send(6..10);
        Assert.Equal("A0 A1 A2 A3 A4 S A6 A7 A8 A9", ReceiverHarness.Story(_leg.End()));
        Assert.Equal((0L, 1L), (_leg.Statistics.Lost, _leg.Statistics.Malformed.PayloadType));
    }

    [Fact]
    public void LinearAudioIsReadInNetworkOrderAtItsOwnRate()
    {
        var leg = new ReceiverHarness(PayloadMap.Static.With("96=L16/16000"), 16_000);
        short[] samples = [1, -1, 256, short.MinValue, short.MaxValue];
        var payload = new byte[samples.Length * 2];
        for (var i = 0; i < samples.Length; i++) BinaryPrimitives.WriteInt16BigEndian(payload.AsSpan(2 * i), samples[i]);
        for (var i = 0; i < 3; i++)
            leg.Raw(new RtpBuilder
            {
                PayloadType = 96,
                Sequence = (ushort)i,
                Timestamp = (uint)(i * samples.Length),
                Payload = payload
            }.Build(), i);
        Assert.Equal([.. samples, .. samples, .. samples], leg.End().Samples);
    }

    [Fact]
    public void AFullPipeDropsAndCountsAndAudioTimeStaysTrue()
    {
        for (var i = 0; i < 300; i++)
        {
            _leg.Receiver.Receive(new RtpBuilder { Sequence = (ushort)i, Timestamp = (uint)(i * 160) }.Build(), ReceiverHarness.Peer,
                i * 20);
        }
        Assert.Equal(2.0, _leg.Statistics.DroppedSeconds, 6);
        Assert.Equal(300 * 160, _leg.End().Kinds.Count);
    }

    [Fact]
    public void AStuckLegNeverStopsTheTick()
    {
        _leg.Receiver.Receive(new RtpBuilder().Build(), ReceiverHarness.Peer, 0);
        _leg.Receiver.Receive(new RtpBuilder { Sequence = 1, Timestamp = 160 }.Build(), ReceiverHarness.Peer, 20);
        _leg.Tick(20, 500_020);
        Assert.Equal(320 + (500_000 - 250) * 8, _leg.Receiver.Position);
        Assert.Equal(_leg.Receiver.Position, _leg.End().Kinds.Count);
    }

    [Fact]
    public void NothingIsAllocatedPerPacket()
    {
        var scratch = new short[LegPipe.LongestChunk];
        var datagram = new RtpBuilder().Build();
        Packets(0, 500);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Packets(500, 1_500);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Packets(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                // One in ten is lost, one pair in ten swapped.
                var index = i % 10 == 4 ? i + 1 : i % 10 == 5 ? i - 1 : i;
                if (index % 10 == 7) continue;
                RtpPacket.WriteHeader(datagram, false, 0, (ushort)index, (uint)index * 160, 1);
                _leg.Receiver.Receive(datagram, ReceiverHarness.Peer, i * 20);
                _leg.Receiver.Tick(i * 20);
                while (_leg.Pipe.WaitingSamples > 0) _ = _leg.Pipe.ReadAsync(scratch).Result;
            }
        }
    }

    [Property(MaxTest = 200)]
    public void WhateverArrivesPositionsGoForwardAndStayBounded(int seed)
    {
        var random = new Random(seed);
        var leg = new ReceiverHarness();
        long arrival = 0, position = 0, bound = 0;
        var sequence = random.Next(65_536);
        for (var i = 0; i < 400; i++)
        {
            var step = random.Next(8) == 0 ? random.Next(2_000) : random.Next(40);
            arrival += step;
            var datagram = Hostile(random, ref sequence);
            leg.Raw(datagram, arrival, random.Next(10) == 0 ? ReceiverHarness.Other : null);
            if (random.Next(4) == 0) leg.Receiver.Tick(arrival + random.Next(100));
            leg.Receiver.ReceiveRtcp(datagram, ReceiverHarness.Peer, arrival);

            Assert.True(leg.Receiver.Position >= position);
            position = leg.Receiver.Position;
            // Each packet moves time by what arrival explains, its own audio, and at most the 30 s that are believed.
            bound += step * 8 + datagram.Length + 30 * 8_000;
            Assert.True(position <= bound + 800);
        }
        leg.Receiver.Complete();
        Assert.True(leg.Receiver.Position >= position);
    }

    private static byte[] Hostile(Random random, ref int sequence)
    {
        var builder = new RtpBuilder
        {
            Ssrc = (uint)random.Next(1, 3),
            PayloadType = new byte[] { 0, 8, 13, 101, 0, 0, 0, 77 }[random.Next(8)],
            Sequence = (ushort)(random.Next(12) == 0 ? sequence = random.Next(65_536) : sequence += random.Next(-2, 4)),
            Timestamp = random.Next(12) == 0 ? (uint)random.NextInt64(uint.MaxValue) : (uint)(sequence * 160),
            Payload = new byte[random.Next(20) == 0 ? random.Next(3_000) : random.Next(200)],
            Padding = random.Next(10) == 0 ? random.Next(10) : null,
            SourceCount = random.Next(10) == 0 ? random.Next(16) : null,
        };
        var datagram = builder.Build();
        random.NextBytes(datagram.AsSpan(random.Next(datagram.Length)));
        return datagram;
    }

    private void Event(ushort sequence, int index, ushort duration, bool end, long arrival)
    {
        var payload = new byte[4];
        payload[0] = 2;
        payload[1] = (byte)(end ? 0x8A : 0x0A);
        BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(2), duration);
        _leg.Raw(new RtpBuilder
        {
            PayloadType = 101,
            Sequence = sequence,
            Timestamp = ReceiverHarness.Timestamp(index),
            Ssrc = 1,
            Payload = payload
        }.Build(),
            arrival);
    }
}
