using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Ingest.Pcap;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Bench.Micro;

/// <summary>
/// What one packet costs from the datagram to the leg: parse, source and sequence checks, jitter buffer, G.711, timeline,
/// pipe write and pipe read. Must allocate nothing.
/// </summary>
[MemoryDiagnoser]
public class RtpBenchmarks
{
    private const int Packets = 64;
    private const int PacketSamples = 160;

    private readonly byte[][] _datagrams = new byte[Packets][];
    private readonly short[] _samples = new short[LegPipe.LongestChunk];
    private LegPipe _pipe = null!;
    private RtpReceiver _receiver = null!;
    private UdpEndPoint _peer;
    private int _sent;

    /// <summary>What the network does: nothing, or every eighth pair swapped, or every sixteenth packet lost.</summary>
    [Params("clean", "swapped", "lossy")]
    public string Network { get; set; } = "clean";

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _peer = new UdpEndPoint(0x0A00_0001, IsV6: false, 40_000);
        _pipe = new LegPipe(8_000);
        _receiver = new RtpReceiver(_pipe, PayloadMap.Usual, arrivalsPerSecond: 1000);
        for (var i = 0; i < Packets; i++)
        {
            _datagrams[i] = new byte[RtpPacket.FixedHeaderBytes + PacketSamples];
            random.NextBytes(_datagrams[i]);
        }
        for (var i = 0; i < 100; i++) Receive();
    }

    /// <summary>64 packets of 20 ms; figures are per packet.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public long Receive()
    {
        for (var i = 0; i < Packets; i++)
        {
            var index = Network switch
            {
                "swapped" when i % 8 < 2 => i ^ 1,
                _ => i,
            };
            if (Network == "lossy" && i % 16 == 5) continue;
            var datagram = _datagrams[index];
            var number = _sent + index;
            RtpPacket.WriteHeader(datagram, false, 0, (ushort)number, (uint)number * PacketSamples, 1);
            _receiver.Receive(datagram, _peer, number * 20L);
            Drain();
        }
        _sent += Packets;
        return _receiver.Position;
    }

    private void Drain()
    {
        while (_pipe.WaitingSamples > 0)
        {
            var read = _pipe.ReadAsync(_samples);
            if (!read.IsCompletedSuccessfully) throw new InvalidOperationException("nothing to read");
            _ = read.Result;
        }
    }
}
