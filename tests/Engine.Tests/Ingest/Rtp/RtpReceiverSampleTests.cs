using System.Buffers.Binary;
using System.Text.Json;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Tests.Ingest.Rtp;

/// <summary>The receiver against the captures of the sample calls and what their side files say.</summary>
public sealed class RtpReceiverSampleTests
{
    private const int Microseconds = 1_000_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TheCleanCaptureIsTheRecordingBitForBit(int stream)
    {
        var capture = SampleCapture.Clean();
        var (statistics, drain, _) = Receive(capture, stream);

        Assert.Equal(capture.Channel(stream), drain.Samples);
        Assert.All(drain.Kinds, kind => Assert.Equal(AudioChunkKind.Audio, kind));
        Assert.Equal(4511, statistics.Received);
        Assert.Equal((0L, 0L, 0L, 0L), (statistics.Lost, statistics.Duplicates, statistics.Reordered, statistics.Malformed.Total));
        Assert.Equal(19, statistics.SenderReports);
        Assert.True(statistics.Ended);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void TheHardCaptureCountsAsItsSideFile(int stream)
    {
        var capture = SampleCapture.Hard();
        var side = capture.Stream(stream);
        var (statistics, _, events) = Receive(capture, stream);

        Assert.Equal(side.GetProperty("lost").GetInt64(), statistics.Lost);
        Assert.Equal(side.GetProperty("duplicates").GetInt64(), statistics.Duplicates);
        Assert.Equal(side.GetProperty("reordered").GetInt64(), statistics.Reordered);
        Assert.Equal(side.GetProperty("packets_in_capture").GetInt64(), statistics.Received + statistics.Duplicates);
        Assert.Equal(0, statistics.Late);
        Assert.Equal(0, statistics.Malformed.Total);
        Assert.InRange(statistics.JitterMs, 5, 30);

        var keys = side.GetProperty("telephone_events").EnumerateArray().Select(e =>
            (e.GetProperty("digit").GetString()![0],
                (long)(e.GetProperty("timestamp").GetUInt32() - side.GetProperty("first_timestamp").GetUInt32()),
                e.GetProperty("duration_samples").GetInt64()));
        Assert.Equal(keys, events.Select(e => (e.Digit, e.Start, e.Duration)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void EveryReceivedSampleOfTheHardCaptureIsAtItsPlace(int stream)
    {
        var capture = SampleCapture.Hard();
        var side = capture.Stream(stream);
        var wav = capture.Channel(stream);
        var (statistics, drain, _) = Receive(capture, stream);

        var received = new bool[drain.Samples.Count];
        foreach (var packet in Packets(capture, stream).Where(p => p[1] % 128 == 0))
        {
            var first = (int)(BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(4)) - side.GetProperty("first_timestamp").GetUInt32());
            received.AsSpan(first, 160).Fill(true);
        }
        for (var i = 0; i < received.Length; i++)
        {
            Assert.Equal(received[i], drain.Kinds[i] == AudioChunkKind.Audio);
            if (received[i]) Assert.Equal(wav[i], drain.Samples[i]);
        }
        Assert.Equal(side.GetProperty("samples").GetInt32(), drain.Samples.Count);

        if (side.GetProperty("dtx_gap") is { ValueKind: JsonValueKind.Object } gap)
        {
            var kinds = drain.Kinds[gap.GetProperty("first_sample").GetInt32()..gap.GetProperty("end_sample").GetInt32()];
            Assert.All(kinds, kind => Assert.Equal(AudioChunkKind.Silence, kind));
        }
        // What is neither audio nor silence was lost: 20 ms for each packet, less those of the telephone event.
        var made = drain.Kinds.Count(kind => kind is AudioChunkKind.Concealed or AudioChunkKind.Lost);
        Assert.InRange(made / 160, (int)statistics.Lost - 2, (int)statistics.Lost);
    }

    private static IEnumerable<byte[]> Packets(SampleCapture capture, int stream)
    {
        var port = int.Parse(capture.Stream(stream).GetProperty("destination").GetString()!.Split(':')[1]);
        return capture.Datagrams.Where(d => d.Port == port).Select(d => d.Bytes);
    }

    private static (RtpStatistics, LegDrain, List<TelephoneEvent>) Receive(SampleCapture capture, int stream)
    {
        var port = int.Parse(capture.Stream(stream).GetProperty("destination").GetString()!.Split(':')[1]);
        var pipe = new LegPipe(8_000);
        var drain = new LegDrain();
        List<TelephoneEvent> events = [];
        var receiver = new RtpReceiver(pipe, PayloadMap.Usual, Microseconds) { TelephoneEventReceived = events.Add };
        foreach (var (time, source, to, bytes) in capture.Datagrams)
        {
            receiver.Tick(time);
            if (to == port) receiver.Receive(bytes, source, time);
            if (to == port + 1) receiver.ReceiveRtcp(bytes, source, time);
            drain.Take(pipe);
        }
        receiver.Complete();
        return (receiver.Statistics, drain.Finish(pipe), events);
    }
}
