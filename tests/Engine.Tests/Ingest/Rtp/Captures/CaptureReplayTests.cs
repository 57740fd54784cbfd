using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Captures;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Pipes;
using SpeechQA.Engine.Tests.Ingest.Pcap;

namespace SpeechQA.Engine.Tests.Ingest.Rtp.Captures;

public sealed class CaptureReplayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("replay").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task TheCleanCaptureIsOneCallAndItsLegsAreTheRecording()
    {
        var capture = SampleCapture.Clean();
        var replay = await CaptureReplay.OpenAsync(capture.Path);
        Assert.Empty(replay.Warnings);
        var call = Assert.Single(replay.Calls);
        Assert.Equal([(Party.Agent, "10.20.0.11:40010", "PCMA/8000"), (Party.Customer, "192.0.2.77:17384", "PCMA/8000")],
            call.Legs.Select(leg => (leg.Party, leg.Source.ToString(), leg.Format.ToString())));
        Assert.Equal(TimeSpan.FromMilliseconds(7.1), call.Offset(call.Legs[1]));

        var (drains, statistics) = await Replay(replay, call, ReplayPace.FullSpeed);
        Assert.Equal(capture.Channel(0), drains[0].Samples);
        Assert.Equal(capture.Channel(1), drains[1].Samples);
        Assert.All(statistics, s => Assert.Equal((4511L, 0L, 0.0, true), (s.Received, s.Lost, s.DroppedSeconds, s.Ended)));
    }

    [Fact]
    public async Task TheHardCaptureIsTheSameAtEachReplay()
    {
        var capture = SampleCapture.Hard();
        var replay = await CaptureReplay.OpenAsync(capture.Path);
        var call = Assert.Single(replay.Calls);
        var (first, statistics) = await Replay(replay, call, ReplayPace.FullSpeed);
        var (second, _) = await Replay(replay, call, ReplayPace.FullSpeed);
        Assert.Equal([107, 76], statistics.Select(s => s.Lost));
        Assert.Equal([0, 0], statistics.Select(s => s.Late));
        Assert.Equal([0, 1], statistics.Select(s => s.Events));
        for (var leg = 0; leg < 2; leg++)
        {
            Assert.Equal(864_160, first[leg].Samples.Count);
            Assert.Equal(first[leg].Samples, second[leg].Samples);
            Assert.Equal(first[leg].Kinds, second[leg].Kinds);
        }
    }

    [Fact]
    public async Task APacedReplayGivesTheSameAudioWithRealArrivals()
    {
        var path = Write(Talk(0, 50, ssrc: 1));
        var replay = await CaptureReplay.OpenAsync(path);
        var call = Assert.Single(replay.Calls);
        Assert.Equal(Party.Unknown, Assert.Single(call.Legs).Party);
        var before = TimeProvider.System.GetTimestamp();
        var (paced, _) = await Replay(replay, call, new ReplayPace(4, TimeProvider.System));
        var (full, _) = await Replay(replay, call, ReplayPace.FullSpeed);
        Assert.Equal(full[0].Samples, paced[0].Samples);
        Assert.All(paced[0].Chunks, chunk => Assert.True(chunk.Arrival >= before));
        Assert.All(full[0].Chunks, chunk => Assert.Equal(0, chunk.Arrival));
    }

    [Fact]
    public async Task SeveralCallsAreToldApart()
    {
        var frames = Talk(0, 100, ssrc: 1, port: 5_004)
            .Concat(Talk(10, 100, ssrc: 2, port: 40_010, source: 5_004, back: true))
            .Concat(Talk(500, 100, ssrc: 3, port: 5_006))
            // The port of the first call again, a minute later.
            .Concat(Talk(60_000, 100, ssrc: 4, port: 5_004));
        var replay = await CaptureReplay.OpenAsync(Write(frames));
        Assert.Equal([2, 1, 1], replay.Calls.Select(call => call.Legs.Count));
        Assert.All(replay.Calls.SelectMany(call => call.Legs), leg => Assert.Equal(100, leg.Packets));
        foreach (var call in replay.Calls)
        {
            var (drains, _) = await Replay(replay, call, ReplayPace.FullSpeed);
            Assert.All(drains, drain => Assert.Equal(16_000, drain.Kinds.Count(kind => kind == AudioChunkKind.Audio)));
        }
    }

    [Fact]
    public async Task ACaptureWithoutRtpSaysSo()
    {
        var frames = Enumerable.Range(0, 100).Select(i => (i, Frame([.. Guid.NewGuid().ToByteArray()])));
        var error = await Assert.ThrowsAsync<BadInputException>(() => CaptureReplay.OpenAsync(Write(frames)));
        Assert.Contains("no RTP in 100 UDP datagrams", error.Message);
        error = await Assert.ThrowsAsync<BadInputException>(() => CaptureReplay.OpenAsync(Write([])));
        Assert.Contains("no UDP in 0 frames", error.Message);
    }

    [Fact]
    public async Task ACodecThatIsNotDecodedIsNamedAndCanBeTold()
    {
        var path = Write(Talk(0, 50, ssrc: 1, type: 111));
        var error = await Assert.ThrowsAsync<BadInputException>(() => CaptureReplay.OpenAsync(path));
        Assert.Contains("111 (dynamic)", error.Message);
        Assert.Contains("--payload", error.Message);
        var replay = await CaptureReplay.OpenAsync(path, new CaptureReplayOptions { Payloads = PayloadMap.Static.With("111=L16/8000") });
        Assert.Equal(RtpCodec.L16, Assert.Single(Assert.Single(replay.Calls).Legs).Format.Codec);
        error = await Assert.ThrowsAsync<BadInputException>(() => CaptureReplay.OpenAsync(Write(Talk(0, 50, ssrc: 1, type: 9))));
        Assert.Contains("9 (G.722)", error.Message);
    }

    [Fact]
    public async Task ACaptureIsSentAgainAsItCame()
    {
        var replay = await CaptureReplay.OpenAsync(SampleCapture.Hard().Path);
        var sources = await replay.LoadAsync(replay.Calls[0]);
        var buffer = new byte[2_048];
        var packets = sources.Select(source =>
        {
            var (rtp, reports, due) = (0, 0, TimeSpan.Zero);
            while (source.Due is { } next)
            {
                Assert.True(next >= due);
                due = next;
                source.Next(buffer, out var rtcp);
                if (rtcp) reports++;
                else rtp++;
            }
            return (rtp, reports);
        });
        Assert.Equal([(5_326, 22), (4_553, 22)], packets);
    }

    [Theory]
    [InlineData("96=L16/16000", "L16/16000")]
    [InlineData("97=pcmu", "PCMU/8000")]
    [InlineData("102=telephone-event/8000", "telephone-event/8000")]
    [InlineData("98=CN", "CN/8000")]
    [InlineData("99=L16/44100/1", "L16/44100")]
    public void PayloadTypesAreWrittenAsInSdp(string mapping, string format)
    {
        Assert.True(PayloadMap.Static.With(mapping).TryGet(byte.Parse(mapping.Split('=')[0]), out var found));
        Assert.Equal(format, found.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("96")]
    [InlineData("96=")]
    [InlineData("128=PCMU")]
    [InlineData("-1=PCMU")]
    [InlineData("96=opus/48000")]
    [InlineData("96=PCMU/16000")]
    [InlineData("96=L16/96000")]
    [InlineData("96=L16/44100/2")]
    [InlineData("96=L16/8000/1/1")]
    public void WrongPayloadTypesSayWhatIsWanted(string mapping) =>
        Assert.Throws<BadInputException>(() => PayloadMap.Static.With(mapping));

    private static async Task<(LegDrain[] Drains, IReadOnlyList<RtpStatistics> Statistics)> Replay(CaptureReplay replay, CapturedCall call,
        ReplayPace pace)
    {
        var pipes = call.Legs.Select(leg => new LegPipe(leg.Format.ClockRate)).ToArray();
        var drains = pipes.Select(_ => new LegDrain()).ToArray();
        var reading = pipes.Zip(drains, (pipe, drain) => Task.Run(() => drain.Finish(pipe))).ToArray();
        var statistics = await replay.ReplayAsync(call, pipes, pace);
        await Task.WhenAll(reading);
        return (drains, statistics);
    }

    private static IEnumerable<(int Time, byte[] Frame)> Talk(int start, int packets, uint ssrc, byte type = 0, int port = 5_004,
        int source = 40_010, bool back = false) =>
        Enumerable.Range(0, packets).Select(i => (start + i * 20, Frame(new RtpBuilder
        {
            PayloadType = type,
            Sequence = (ushort)i,
            Timestamp = (uint)i * 160,
            Ssrc = ssrc,
            Payload = ReceiverHarness.Payload(i),
        }.Build(), port, source, back)));

    private static byte[] Frame(byte[] datagram, int port = 5_004, int source = 40_010, bool back = false)
    {
        var packet = FrameBuilder.IPv4(FrameBuilder.Udp(datagram, source, port));
        if (back) packet = [.. packet[..12], .. packet[16..20], .. packet[12..16], .. packet[20..]];
        return FrameBuilder.Ethernet(packet);
    }

    private string Write(IEnumerable<(int Time, byte[] Frame)> frames)
    {
        var pcap = new PcapBuilder();
        foreach (var (time, frame) in frames.OrderBy(f => f.Time)) pcap.Frame(frame, time / 1000, time % 1000 * 1000);
        var path = Path.Combine(_folder, $"{Guid.NewGuid()}.pcap");
        File.WriteAllBytes(path, pcap.ToArray());
        return path;
    }
}
