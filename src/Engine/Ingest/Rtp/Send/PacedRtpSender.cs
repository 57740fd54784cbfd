using System.Net;
using System.Net.Sockets;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Ingest.Rtp.Send;

/// <summary>
/// Sends any number of streams from one loop, each datagram at its time: times count from the start of the run, so the pace
/// does not drift. Each stream has sockets of its own, as separate senders would.
/// </summary>
public sealed class PacedRtpSender : IDisposable
{
    private static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly double _speed;
    private readonly List<Sending> _streams = [];

    /// <param name="speed">1 is real time, 2 twice as fast; more than 0.</param>
    public PacedRtpSender(TimeProvider time, double speed = 1)
    {
        if (speed is not (> 0 and <= 1000)) throw new BadInputException($"a speed of {speed}", "choose more than 0 and at most 1000");
        _time = time;
        _speed = speed;
    }

    /// <summary>Datagrams sent so far.</summary>
    public long Sent { get; private set; }

    /// <summary>The longest that a datagram left after its time.</summary>
    public TimeSpan Latest { get; private set; }

    /// <summary>Adds a stream before the run.</summary>
    /// <param name="to">The receiver's RTP port; RTCP goes to the next.</param>
    /// <param name="after">When the stream starts after the start of the run.</param>
    public void Add(IPacedSource source, IPEndPoint to, TimeSpan after = default) => _streams.Add(new Sending(source, to, after));

    /// <summary>Sends everything; ends when all streams are at their end.</summary>
    /// <exception cref="BadInputException">The network refuses the destination.</exception>
    public async Task RunAsync(CancellationToken cancellation = default)
    {
        // A stream that is always behind its time would otherwise never give the caller its thread back.
        await Task.Yield();
        var waiting = new PriorityQueue<Sending, TimeSpan>();
        foreach (var stream in _streams)
            if (stream.Source.Due is { } due) waiting.Enqueue(stream, stream.After + due);
        var buffer = new byte[_streams.Max(s => (int?)s.Source.LongestDatagram) ?? 0];
        var start = _time.GetTimestamp();

        while (waiting.TryDequeue(out var stream, out var due))
        {
            cancellation.ThrowIfCancellationRequested();
            var early = due / _speed - _time.GetElapsedTime(start);
            if (early >= Granularity) await Task.Delay(early, _time, cancellation).ConfigureAwait(false);
            else if (-early > Latest) Latest = -early;
            stream.Send(buffer);
            Sent++;
            if (stream.Source.Due is { } next) waiting.Enqueue(stream, stream.After + next);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var stream in _streams) stream.Dispose();
    }

    private sealed class Sending(IPacedSource source, IPEndPoint to, TimeSpan after) : IDisposable
    {
        private readonly Socket _rtp = new(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        private readonly Socket _rtcp = new(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        private readonly SocketAddress _rtpTo = to.Serialize();
        private readonly SocketAddress _rtcpTo = new IPEndPoint(to.Address, to.Port + 1).Serialize();

        public IPacedSource Source => source;
        public TimeSpan After => after;

        public void Send(byte[] buffer)
        {
            var length = source.Next(buffer, out var rtcp);
            try
            {
                (rtcp ? _rtcp : _rtp).SendTo(buffer.AsSpan(0, length), SocketFlags.None, rtcp ? _rtcpTo : _rtpTo);
            }
            catch (SocketException refused)
            {
                throw new BadInputException($"RTP to {to}: {refused.Message}", "check the address and that the network lets UDP through",
                    refused);
            }
        }

        public void Dispose()
        {
            _rtp.Dispose();
            _rtcp.Dispose();
        }
    }
}
