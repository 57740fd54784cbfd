using System.Net;
using System.Net.Sockets;

namespace SpeechQA.Engine.Ingest.Rtp;

/// <summary>
/// One leg's UDP ports: reads datagrams as they come, stamps them and gives them to the leg's <see cref="RtpReceiver"/>;
/// every 50 ms it lets the receiver's time go on, every 5 s it reports to the sender (RFC 3550 section 6.4.2). Nothing
/// here waits for the leg, and nothing is allocated per datagram.
/// </summary>
public sealed class RtpEndpoint : IAsyncDisposable
{
    private const int RtcpBytes = 1500;

    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ErrorPause = TimeSpan.FromMilliseconds(10);

    // The receiver has one owner at a time: the RTP loop, the RTCP loop, the tick, or who reads the statistics.
    private readonly Lock _lock = new();
    private readonly RtpPorts _ports;
    private readonly RtpReceiver _receiver;
    private readonly TimeProvider _time;
    private readonly RtpMetrics _metrics = new();
    private readonly ITimer _timer;
    private readonly Task _rtpLoop;
    private readonly Task _rtcpLoop;
    private readonly byte[] _report = new byte[RtcpWriter.LongestDatagram];
    private readonly uint _ssrc = (uint)Random.Shared.NextInt64(1, uint.MaxValue);
    private SocketAddress? _reportTo;
    private long _reportedAt;
    private int _disposed;

    private delegate void Datagram(ReadOnlySpan<byte> bytes, SocketAddress from);

    /// <summary>Starts receiving.</summary>
    /// <param name="ports">Owned by the endpoint from now on.</param>
    /// <param name="pipe">Completed when the endpoint is disposed.</param>
    public RtpEndpoint(RtpPorts ports, LegPipe pipe, PayloadMap payloads, TimeProvider time, RtpReceiverOptions? options = null)
    {
        _ports = ports;
        _time = time;
        _receiver = new RtpReceiver(pipe, payloads, time.TimestampFrequency, options);
        _reportedAt = time.GetTimestamp();
        _rtpLoop = Receive(ports.Rtp, _receiver.LongestDatagram, OnRtp);
        _rtcpLoop = Receive(ports.Rtcp, RtcpBytes, OnRtcp);
        _timer = time.CreateTimer(static endpoint => ((RtpEndpoint)endpoint!).Tick(), this, TickPeriod, TickPeriod);
    }

    /// <summary>Where to send RTP; RTCP goes to the next port.</summary>
    public int Port => _ports.Port;

    /// <summary>Called for each telephone event, on the receiving loop: it must not wait.</summary>
    public Action<TelephoneEvent>? TelephoneEventReceived
    {
        get => _receiver.TelephoneEventReceived;
        set => _receiver.TelephoneEventReceived = value;
    }

    /// <summary>Counts up to now.</summary>
    public RtpStatistics Statistics
    {
        get
        {
            lock (_lock) return _receiver.Statistics;
        }
    }

    /// <summary>Arrival stamp of the leg's first packet, or null before it.</summary>
    public long? FirstArrival
    {
        get
        {
            lock (_lock) return _receiver.FirstArrival;
        }
    }

    /// <summary>Arrival stamp of the leg's newest packet, or null before the first.</summary>
    public long? LastArrival
    {
        get
        {
            lock (_lock) return _receiver.FirstArrival is null ? null : _receiver.LastArrival;
        }
    }

    /// <summary>The sender's last statement of its clocks, and the stamp of its arrival.</summary>
    public (RtcpSenderReport Report, long Arrival)? LastSenderReport
    {
        get
        {
            lock (_lock) return _receiver.LastSenderReport;
        }
    }

    /// <summary>Closes the ports at once and completes the leg's pipe.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _ports.Dispose();
        await _timer.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_rtpLoop, _rtcpLoop).ConfigureAwait(false);
        lock (_lock)
        {
            _receiver.Complete();
            _metrics.Publish(_receiver.Statistics);
        }
    }

    private async Task Receive(Socket socket, int longest, Datagram take)
    {
        // One byte more than can be used: a datagram that fills the buffer is too long, whatever was cut off.
        var buffer = GC.AllocateUninitializedArray<byte>(longest + 1, pinned: true);
        var from = new SocketAddress(socket.AddressFamily);
        while (Volatile.Read(ref _disposed) == 0)
        {
            try
            {
                var length = await socket.ReceiveFromAsync(buffer, SocketFlags.None, from, CancellationToken.None).ConfigureAwait(false);
                take(buffer.AsSpan(0, length), from);
            }
            catch (SocketException tooLong) when (tooLong.SocketErrorCode == SocketError.MessageSize)
            {
                take(buffer, from);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Closed, or the network is unwell (an ICMP answer to a report): go on, but never in a tight loop.
                if (Volatile.Read(ref _disposed) != 0) return;
                await Task.Delay(ErrorPause, _time).ConfigureAwait(false);
            }
        }
    }

    private void OnRtp(ReadOnlySpan<byte> bytes, SocketAddress from)
    {
        var arrival = _time.GetTimestamp();
        lock (_lock) _receiver.Receive(bytes, from.ToUdp(), arrival);
    }

    private void OnRtcp(ReadOnlySpan<byte> bytes, SocketAddress from)
    {
        var arrival = _time.GetTimestamp();
        var peer = from.ToUdp();
        lock (_lock)
        {
            var before = _receiver.Statistics.SenderReports;
            _receiver.ReceiveRtcp(bytes, peer, arrival);
            if (_receiver.Statistics.SenderReports == before || (_reportTo?.Equals(from) ?? false)) return;
            // Reports go to where the sender's own came from: a NAT lets them through.
            _reportTo = new SocketAddress(from.Family, from.Size);
            from.Buffer.Span[..from.Size].CopyTo(_reportTo.Buffer.Span);
        }
    }

    private void Tick()
    {
        var now = _time.GetTimestamp();
        lock (_lock)
        {
            if (Volatile.Read(ref _disposed) != 0) return;
            _receiver.Tick(now);
            if (_time.GetElapsedTime(_reportedAt, now) < ReportPeriod) return;
            _reportedAt = now;
            _metrics.Publish(_receiver.Statistics);
            SendReport(now);
        }
    }

    private void SendReport(long now)
    {
        if (_reportTo is null || !_receiver.TryReport(now, out var block)) return;
        try
        {
            var length = RtcpWriter.ReceiverReport(_report, _ssrc, block, "speechqa");
            _ports.Rtcp.SendTo(_report.AsSpan(0, length), SocketFlags.None, _reportTo);
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The next report comes in five seconds.
        }
    }
}
