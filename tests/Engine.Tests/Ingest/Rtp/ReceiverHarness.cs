using SpeechQA.Engine.Ingest.Pcap;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Tests.Ingest.Rtp;

/// <summary>A receiver, its pipe, and a sender that speaks 20 ms packets of mu-law on a clock of milliseconds.</summary>
internal sealed class ReceiverHarness
{
    public const int PacketSamples = 160;

    public static readonly UdpEndPoint Peer = new UdpEndPoint(0x0A14_000B, false, 40_010);
    public static readonly UdpEndPoint Other = new UdpEndPoint(0xC000_024D, false, 17_384);

    public ReceiverHarness(PayloadMap? payloads = null, int rate = 8_000)
    {
        Pipe = new LegPipe(rate);
        Receiver = new RtpReceiver(Pipe, payloads ?? PayloadMap.Usual, arrivalsPerSecond: 1000) { TelephoneEventReceived = Events.Add };
    }

    public LegPipe Pipe { get; }
    public RtpReceiver Receiver { get; }
    public LegDrain Drain { get; } = new();
    public List<TelephoneEvent> Events { get; } = [];
    public RtpStatistics Statistics => Receiver.Statistics;

    /// <summary>Packet <paramref name="index"/> of a steady talker, arriving on time unless told otherwise.</summary>
    public void Send(int index, long? arrival = null, uint ssrc = 1, UdpEndPoint? from = null, int timestampOffset = 0, bool marker = false)
    {
        Raw(new RtpBuilder
        {
            Marker = marker,
            Sequence = (ushort)(index + 65_000),
            Timestamp = Timestamp(index + timestampOffset),
            Ssrc = ssrc,
            Payload = Payload(index),
        }.Build(), arrival ?? index * 20, from);
    }

    public void Send(Range indices, uint ssrc = 1, UdpEndPoint? from = null, int timestampOffset = 0, long arrivalOffset = 0)
    {
        for (var i = indices.Start.Value; i < indices.End.Value; i++) Send(i, i * 20 + arrivalOffset, ssrc, from, timestampOffset);
    }

    public void Raw(byte[] datagram, long arrival, UdpEndPoint? from = null)
    {
        Receiver.Receive(datagram, from ?? Peer, arrival);
        Drain.Take(Pipe);
    }

    public void Tick(long from, long to)
    {
        for (var now = from; now <= to; now += 50) Receiver.Tick(now);
    }

    public LegDrain End()
    {
        Receiver.Complete();
        return Drain.Finish(Pipe);
    }

    public static uint Timestamp(int index) => unchecked((uint)(0xFFFF_F000 + index * PacketSamples));

    /// <summary>Each packet's samples tell its index.</summary>
    public static byte[] Payload(int index) => [.. Enumerable.Repeat((byte)(index % 100 + 1), PacketSamples)];

    public static short Sample(int index) => Engine.Audio.G711.DecodeMuLaw((byte)(index % 100 + 1));

    /// <summary>
    /// What each 20 ms of the leg consist of: <c>A7</c> is packet 7, <c>S</c> silence, <c>C</c> concealed, <c>L</c> lost.
    /// </summary>
    public static string Story(LegDrain drain) => string.Join(' ', Enumerable.Range(0, drain.Kinds.Count / PacketSamples).Select(i =>
    {
        var kinds = drain.Kinds.Skip(i * PacketSamples).Take(PacketSamples).Distinct().ToArray();
        if (kinds.Length > 1) return "mixed";
        if (kinds[0] != AudioChunkKind.Audio) return kinds[0].ToString()[..1];
        var sample = drain.Samples[i * PacketSamples];
        return "A" + Enumerable.Range(0, 100).First(n => Sample(n) == sample);
    }));
}
