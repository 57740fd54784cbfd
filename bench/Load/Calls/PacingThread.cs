using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SpeechQA.Engine.Ingest.Rtp.Send;
using SpeechQA.Host.Metrics;

namespace SpeechQA.Bench.Load.Calls;

/// <summary>
/// Sends the packets of all calls at their times, from one thread and one socket. What is behind its time is sent at once,
/// never left out; how late that was is counted. Nothing is allocated per packet.
/// </summary>
internal sealed class PacingThread : IDisposable
{
    private readonly Thread _thread;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly ConcurrentQueue<Leg> _coming = new();
    private readonly PriorityQueue<Leg, long> _queue = new();
    private readonly byte[] _datagram = new byte[512];
    private volatile bool _ending;

    public PacingThread()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "pacing" };
        _thread.Start();
    }

    /// <summary>How late packets left.</summary>
    public LatencyHistogram Late { get; } = new();

    /// <summary>Datagrams sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Datagrams that the network did not take.</summary>
    public long Refused { get; private set; }

    /// <summary>Sends the legs of a call from now on; done at their end, or soon after it is cancelled.</summary>
    /// <param name="to">RTP port of each leg.</param>
    public async Task SendAsync(LoadCall call, IReadOnlyList<IPEndPoint> to, CancellationToken cancellation)
    {
        // A little ahead, so that the first packet is not late already.
        call.Started = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 100;
        var legs = call.Streams.Zip(to, (stream, ports) => new Leg(stream, ports, call.Started)).ToList();
        using var cancelled = cancellation.Register(() => legs.ForEach(l => l.Cancelled = true));
        foreach (var leg in legs) _coming.Enqueue(leg);
        await Task.WhenAll(legs.Select(l => l.Done.Task)).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _ending = true;
        _thread.Join();
        _socket.Dispose();
    }

    private void Run()
    {
        while (!_ending)
        {
            while (_coming.TryDequeue(out var leg)) Next(leg);
            var now = Stopwatch.GetTimestamp();
            while (_queue.TryPeek(out _, out var due) && due <= now)
            {
                var leg = _queue.Dequeue();
                if (!leg.Cancelled) Send(leg, due, now);
                Next(leg);
            }
            Thread.Sleep(1);
        }
        foreach (var (leg, _) in _queue.UnorderedItems) leg.Done.TrySetResult();
    }

    private void Next(Leg leg)
    {
        if (!leg.Cancelled && leg.Source.Due is { } due) _queue.Enqueue(leg, leg.Started + (long)(due.TotalSeconds * Stopwatch.Frequency));
        else leg.Done.TrySetResult();
    }

    private void Send(Leg leg, long due, long now)
    {
        var length = leg.Source.Next(_datagram, out var rtcp);
        try
        {
            _socket.SendTo(_datagram.AsSpan(0, length), SocketFlags.None, rtcp ? leg.Rtcp : leg.Rtp);
            Sent++;
        }
        catch (SocketException)
        {
            Refused++;
        }
        Late.Add((now - due) * 1000.0 / Stopwatch.Frequency);
    }

    private sealed class Leg(IPacedSource source, IPEndPoint to, long started)
    {
        public readonly SocketAddress Rtp = to.Serialize();
        public readonly SocketAddress Rtcp = new IPEndPoint(to.Address, to.Port + 1).Serialize();
        public readonly TaskCompletionSource Done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public volatile bool Cancelled;

        public IPacedSource Source => source;
        public long Started => started;
    }
}
