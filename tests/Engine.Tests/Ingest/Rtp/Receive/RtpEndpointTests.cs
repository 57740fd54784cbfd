using System.Net;
using System.Net.Sockets;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Ingest.Rtp.Send;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Tests.Ingest.Rtp.Receive;

/// <summary>Real UDP sockets on loopback.</summary>
public sealed class RtpEndpointTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Senders that wait for a thread of the pool, which the runner's own work may hold for half a second, would leave real holes.
    /// </summary>
    static RtpEndpointTests() => ThreadPool.SetMinThreads(16, 16);

    private readonly PortPool _pool = new(IPAddress.Loopback, 42_000, 42_399, TimeProvider.System);

    [Theory]
    [InlineData(RtpCodec.Pcmu, 0, 8_000, 20)]
    [InlineData(RtpCodec.Pcma, 8, 8_000, 30)]
    [InlineData(RtpCodec.L16, 96, 16_000, 10)]
    [InlineData(RtpCodec.L16, 11, 44_100, 60)]
    public async Task WhatIsSentArrives(RtpCodec codec, byte type, int rate, int packetMs)
    {
        var samples = Speech(rate, seconds: 1);
        var pipe = new LegPipe(rate);
        var format = new PayloadFormat(codec, rate);
        using var endpoint = Open(pipe, PayloadMap.Usual.With(type, format));
        using var sender = new PacedRtpSender(TimeProvider.System, speed: 4);
        sender.Add(new RtpStream(samples, new RtpStreamSettings { Format = format, PayloadType = type, PacketMs = packetMs },
            TimeProvider.System),
            new IPEndPoint(IPAddress.Loopback, endpoint.Port));
        await sender.RunAsync();
        await Until(() => endpoint.Statistics.Ended);

        var drain = Close(endpoint, pipe);
        var expected = codec switch
        {
            RtpCodec.Pcmu => samples.Select(s => Engine.Audio.G711.DecodeMuLaw(Engine.Audio.G711.EncodeMuLaw(s))),
            RtpCodec.Pcma => samples.Select(s => Engine.Audio.G711.DecodeALaw(Engine.Audio.G711.EncodeALaw(s))),
            _ => samples,
        };
        Assert.Equal(expected, drain.Samples.Take(samples.Length));
        Assert.Equal((0L, 0L, 0L), (endpoint.Statistics.Lost, endpoint.Statistics.Malformed.Total, endpoint.Statistics.Foreign));
        Assert.Equal(1, endpoint.Statistics.SenderReports);
    }

    [Fact]
    public async Task LossAndReorderingOnTheWayAreCounted()
    {
        var samples = Speech(8_000, seconds: 4);
        var pipe = new LegPipe(8_000);
        using var endpoint = Open(pipe, PayloadMap.Usual);
        var stream = new RtpStream(samples, new RtpStreamSettings { LossPercent = 10, JitterMs = 50, Seed = 3 }, TimeProvider.System);
        using var sender = new PacedRtpSender(TimeProvider.System, speed: 2);
        sender.Add(stream, new IPEndPoint(IPAddress.Loopback, endpoint.Port));
        await sender.RunAsync();
        await Until(() => endpoint.Statistics.Ended);

        var statistics = endpoint.Statistics;
        Assert.Equal(200, stream.Sent + stream.LeftOut);
        Assert.InRange(stream.LeftOut, 5, 40);
        Assert.Equal(stream.Sent, statistics.Received);
        // Packets lost at either end of the stream cannot be known to be missing.
        Assert.InRange(statistics.Lost, stream.LeftOut - 4, stream.LeftOut);
        Assert.True(statistics.Reordered > 0);
    }

    [Fact]
    public async Task DatagramsOfAnySizeDisturbNothing()
    {
        var pipe = new LegPipe(8_000);
        using var endpoint = Open(pipe, PayloadMap.Usual);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var to = new IPEndPoint(IPAddress.Loopback, endpoint.Port);
        foreach (var size in new[] { 0, 1, 11, 12, 172, 1_500, 2_176, 2_177, 9_000, 65_507 })
        {
            socket.SendTo(new byte[size], to);
            socket.SendTo(new byte[size], new IPEndPoint(IPAddress.Loopback, endpoint.Port + 1));
        }
        for (ushort i = 0; i < 50; i++) socket.SendTo(new RtpBuilder { Sequence = i, Timestamp = i * 160u }.Build(), to);
        socket.SendTo(new RtpBuilder { Payload = new byte[5_000] }.Build(), to);
        // What came to the RTCP port before the stream was known is not counted.
        await Until(() => endpoint.Statistics is { Received: 50, Malformed: { TooShort: 3, Version: 7, TooLong: 1 } });
        Assert.Equal(50 * 160, (Close(endpoint, pipe)).Kinds.Count(kind => kind == AudioChunkKind.Audio));
    }

    [Fact]
    public async Task TheSenderIsToldHowItWasReceived()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var pipe = new LegPipe(8_000);
        Assert.Equal(PortOutcome.Opened, _pool.TryOpen(out var ports));
        using var endpoint = new RtpEndpoint(ports!, pipe, PayloadMap.Usual, time);
        using var rtp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var rtcp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        foreach (var i in new ushort[] { 0, 1, 2, 3, 5, 6, 7 })
            rtp.Send(new RtpBuilder { Sequence = i, Timestamp = i * 160u, Ssrc = 7 }.Build(),
                new IPEndPoint(IPAddress.Loopback, endpoint.Port));
        await Until(() => endpoint.Statistics.Received == 7);
        var report = new byte[RtcpWriter.LongestDatagram];
        var length = RtcpWriter.SenderReport(report, new RtcpSenderReport(7, 0x1234_5678_9ABC_DEF0, 0, 7, 1120), "peer");
        rtcp.Send(report, length, new IPEndPoint(IPAddress.Loopback, endpoint.Port + 1));
        time.Advance(TimeSpan.FromMilliseconds(50));
        await Until(() => endpoint.Statistics.SenderReports == 1);

        time.Advance(TimeSpan.FromSeconds(5.1));
        var answer = (await rtcp.ReceiveAsync().WaitAsync(Patience)).Buffer;
        var block = Block(answer);
        Assert.Equal((7u, (byte)(256 / 8), 1, 7u), (block.Ssrc, block.FractionLost, block.CumulativeLost, block.HighestSequence));
        Assert.Equal(0x5678_9ABCu, block.LastSenderReport);
        Assert.InRange(block.DelaySinceLast, 5 * 65_536u, 6 * 65_536u);
    }

    [Fact]
    public async Task PortsAreLookedAtWhileTheClockStandsStill()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var endpoint = Open(new LegPipe(8_000), PayloadMap.Usual, time);
        time.Advance(TimeSpan.FromSeconds(20));
        // The loop has ticked at this time.
        await Task.Delay(200);
        using var sender = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        for (ushort i = 0; i < 5; i++)
            sender.Send(new RtpBuilder { Sequence = i, Timestamp = i * 160u }.Build(), new IPEndPoint(IPAddress.Loopback, endpoint.Port));
        await Until(() => endpoint.Statistics.Received == 5);
    }

    /// <summary>As when the time that a round reads ends an idle call.</summary>
    [Fact]
    public async Task PortsMayCloseWithinARound()
    {
        var loop = new ReceiveLoop();
        var time = new Interrupting();
        var pipes = Enumerable.Range(0, 4).Select(_ => new LegPipe(8_000)).ToArray();
        var endpoints = pipes.Select(pipe => Open(pipe, PayloadMap.Usual, time, loop)).ToArray();
        using var sender = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        void Send(ushort from, ushort to)
        {
            for (var i = from; i < to; i++)
                foreach (var port in endpoints.Select(e => e.Port))
                    sender.Send(new RtpBuilder { Sequence = i, Timestamp = i * 160u }.Build(), new IPEndPoint(IPAddress.Loopback, port));
        }
        Send(0, 5);
        await Until(() => endpoints.All(e => e.Statistics.Received == 5));
        foreach (var closing in endpoints[..3])
        {
            time.Once = closing.Dispose;
            await Until(() => time.Once is null);
        }
        Send(5, 10);
        await Until(() => endpoints[3].Statistics.Received == 10);
        endpoints[3].Dispose();
        Assert.False(loop.Round());
    }

    /// <summary>The thread that reads the time next does something else first.</summary>
    private sealed class Interrupting : TimeProvider
    {
        public volatile Action? Once;

        public override long GetTimestamp()
        {
            if (Thread.CurrentThread.Name == "rtp") Interlocked.Exchange(ref Once, null)?.Invoke();
            return base.GetTimestamp();
        }
    }

    [Fact]
    public async Task APairCoolsDownBeforeItIsUsedAgain()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var pool = new PortPool(IPAddress.Loopback, 42_401, 42_406, time);
        Assert.Equal(2, pool.Pairs);
        Assert.Equal(PortOutcome.Opened, pool.TryOpen(out var first));
        Assert.Equal(PortOutcome.Opened, pool.TryOpen(out var second));
        Assert.Equal((42_402, 42_404), (first!.Port, second!.Port));
        Assert.Equal(PortOutcome.Exhausted, pool.TryOpen(out _));

        new RtpEndpoint(first, new LegPipe(8_000), PayloadMap.Usual, time).Dispose();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(PortOutcome.Exhausted, pool.TryOpen(out _));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PortOutcome.Opened, pool.TryOpen(out var again));
        Assert.Equal(42_402, again!.Port);
        again.Dispose();
        second.Dispose();
    }

    [Fact]
    public void PortsThatOthersHoldArePassedOver()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 42_411));
        var pool = new PortPool(IPAddress.Loopback, 42_410, 42_413, TimeProvider.System);
        Assert.Equal(PortOutcome.Opened, pool.TryOpen(out var ports));
        Assert.Equal(42_412, ports!.Port);
        Assert.Equal(PortOutcome.InUse, pool.TryOpen(out _));
        ports.Dispose();
    }

    [Fact]
    public void AnAddressThatIsNotOursIsAnOutcome()
    {
        var pool = new PortPool(IPAddress.Parse("192.0.2.1"), 42_420, 42_423, TimeProvider.System, TimeSpan.Zero);
        Assert.Equal(PortOutcome.AddressRefused, pool.TryOpen(out _));
    }

    private static RtcpReportBlock Block(ReadOnlySpan<byte> datagram)
    {
        Assert.True(RtcpPacket.TryRead(ref datagram, out var report, out _));
        Assert.Equal((RtcpType.ReceiverReport, 1), (report.Type, report.Count));
        var block = report.Block(0);
        Assert.True(RtcpPacket.TryRead(ref datagram, out var description, out _));
        Assert.Equal(RtcpType.SourceDescription, description.Type);
        Assert.True(datagram.IsEmpty);
        return block;
    }

    private static short[] Speech(int rate, int seconds) =>
        [.. Enumerable.Range(0, rate * seconds).Select(i => (short)(8_000 * Math.Sin(i * 0.05)))];

    private static LegDrain Close(RtpEndpoint endpoint, LegPipe pipe)
    {
        endpoint.Dispose();
        return new LegDrain().Finish(pipe);
    }

    private RtpEndpoint Open(LegPipe pipe, PayloadMap payloads, TimeProvider? time = null, ReceiveLoop? loop = null)
    {
        Assert.Equal(PortOutcome.Opened, _pool.TryOpen(out var ports));
        return new RtpEndpoint(ports!, pipe, payloads, time ?? TimeProvider.System, null, loop ?? ReceiveLoop.Shared);
    }

    private static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition()) await Task.Delay(5, limit.Token);
    }
}
