using System.Net;
using System.Net.Sockets;
using BenchmarkDotNet.Attributes;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Bench.Micro;

/// <summary>The same with real UDP sockets on loopback: sending, receiving and all that follows. Must allocate nothing.</summary>
[MemoryDiagnoser]
public class RtpEndpointBenchmarks
{
    private const int Packets = 64;

    private readonly byte[] _datagram = new byte[RtpPacket.FixedHeaderBytes + 160];
    private readonly ReceiveLoop _loop = new();
    private readonly short[] _samples = new short[LegPipe.LongestChunk];
    private Socket _socket = null!;
    private SocketAddress _to = null!;
    private LegPipe _pipe = null!;
    private RtpEndpoint _endpoint = null!;
    private int _sent;

    [GlobalSetup]
    public void Setup()
    {
        var pool = new PortPool(IPAddress.Loopback, 43_000, 43_099, TimeProvider.System);
        if (pool.TryOpen(out var ports) != PortOutcome.Opened) throw new InvalidOperationException("no free ports in 43000-43099");
        _pipe = new LegPipe(8_000);
        _endpoint = new RtpEndpoint(ports!, _pipe, PayloadMap.Usual, TimeProvider.System, options: null, _loop);
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _to = new IPEndPoint(IPAddress.Loopback, _endpoint.Port).Serialize();
        for (var i = 0; i < 20; i++) Receive();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _socket.Dispose();
        _endpoint.Dispose();
    }

    /// <summary>64 packets sent and received; figures are per packet.</summary>
    [Benchmark(OperationsPerInvoke = Packets)]
    public void Receive()
    {
        for (var i = 0; i < Packets; i++, _sent++)
        {
            RtpPacket.WriteHeader(_datagram, false, 0, (ushort)_sent, (uint)_sent * 160, 1);
            _socket.SendTo(_datagram, SocketFlags.None, _to);
        }
        while (_endpoint.Statistics.Received < _sent) _loop.Round();
        while (_pipe.WaitingSamples > 0) _ = _pipe.ReadAsync(_samples).Result;
    }
}
