using System.Net;
using System.Net.Sockets;

namespace SpeechQA.Engine.Ingest.Rtp;

/// <summary>
/// One leg's UDP ports. The <see cref="ReceiveLoop"/> has it take what has come, which is stamped and given to the leg's
/// <see cref="RtpReceiver"/>; every 50 ms the receiver's time goes on, every 5 s it reports to the sender (RFC 3550 section
/// 6.4.2). Nothing here waits for the leg, and nothing is allocated per datagram.
/// </summary>
public sealed class RtpEndpoint : IDisposable
{
    /// <summary>No datagram is longer.</summary>
    internal const int LongestBuffer = 1 << 16;

    private const int RtcpBytes = 1500;

    /// <summary>Datagrams that are taken at a time: a flood must not keep the other legs waiting.</summary>
    private const int MostAtOnce = 64;

    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(5);

    /// <summary>Ports to which nothing has come for so long are looked at with the ticks only: a thousand unused calls cost little.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    // The receiver has one owner at a time: the receive loop, or who reads the statistics.
    private readonly Lock _lock = new();
    private readonly RtpPorts _ports;
    private readonly RtpReceiver _receiver;
    private readonly TimeProvider _time;
    private readonly RtpMetrics _metrics = new();
    private readonly ReceiveLoop? _loop;
    private readonly SocketAddress _from;
    private readonly byte[] _report = new byte[RtcpWriter.LongestDatagram];
    private readonly uint _ssrc = (uint)Random.Shared.NextInt64(1, uint.MaxValue);
    private SocketAddress? _reportTo;
    private long _tickedAt;
    private long _heardAt;
    private long _reportedAt;
    private bool _disposed;

    /// <summary>Starts receiving.</summary>
    /// <param name="ports">Owned by the endpoint from now on.</param>
    /// <param name="pipe">Completed when the endpoint is disposed.</param>
    public RtpEndpoint(RtpPorts ports, LegPipe pipe, PayloadMap payloads, TimeProvider time, RtpReceiverOptions? options = null)
        : this(ports, pipe, payloads, time, options, ReceiveLoop.Shared)
    {
    }

    /// <param name="loop">Null: the caller polls.</param>
    internal RtpEndpoint(RtpPorts ports, LegPipe pipe, PayloadMap payloads, TimeProvider time, RtpReceiverOptions? options, ReceiveLoop? loop)
    {
        _ports = ports;
        _time = time;
        _receiver = new RtpReceiver(pipe, payloads, time.TimestampFrequency, options);
        _from = new SocketAddress(ports.Rtp.AddressFamily);
        _tickedAt = _heardAt = _reportedAt = time.GetTimestamp();
        _loop = loop;
        loop?.Add(this);
    }

    /// <summary>Where to send RTP; RTCP goes to the next port.</summary>
    public int Port => _ports.Port;

    /// <summary>Called for each telephone event, on the receive loop: it must not wait.</summary>
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
    public void Dispose()
    {
        _loop?.Remove(this);
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            _ports.Dispose();
            _receiver.Complete();
            _metrics.Publish(_receiver.Statistics);
        }
    }

    /// <summary>Takes what has come, and lets time go on.</summary>
    /// <param name="buffer">For datagrams; <see cref="LongestBuffer"/> bytes.</param>
    internal void Poll(byte[] buffer)
    {
        lock (_lock)
        {
            if (_disposed) return;
            var now = _time.GetTimestamp();
            var ticks = _time.GetElapsedTime(_tickedAt, now) >= TickPeriod;
            if (!ticks && _time.GetElapsedTime(_heardAt, now) > Quiet) return;
            // One byte more than can be used: a datagram that fills it is too long, whatever was cut off.
            var rtp = buffer.AsSpan(0, Math.Min(_receiver.LongestDatagram + 1, buffer.Length));
            var taken = 0;
            for (; taken < MostAtOnce && TryReceive(_ports.Rtp, rtp, out var length); taken++) OnRtp(rtp[..length]);
            // Time goes on once all is taken: what waits in the port came before now and is not missing.
            if (!ticks || taken == MostAtOnce) return;
            var rtcp = buffer.AsSpan(0, RtcpBytes + 1);
            for (var i = 0; i < MostAtOnce && TryReceive(_ports.Rtcp, rtcp, out var length); i++) OnRtcp(rtcp[..length]);
            _tickedAt = now;
            Tick(now);
        }
    }

    private bool TryReceive(Socket socket, Span<byte> buffer, out int length)
    {
        length = 0;
        if (!socket.Poll(0, SelectMode.SelectRead)) return false;
        try
        {
            length = socket.ReceiveFrom(buffer, SocketFlags.None, _from);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
        {
            length = buffer.Length;
        }
        catch (SocketException)
        {
            // Nothing after all, or an ICMP answer to a report, which is gone with it: what follows is taken the next time.
            return false;
        }
        return true;
    }

    private void OnRtp(ReadOnlySpan<byte> bytes)
    {
        _heardAt = _time.GetTimestamp();
        _receiver.Receive(bytes, _from.ToUdp(), _heardAt);
    }

    private void OnRtcp(ReadOnlySpan<byte> bytes)
    {
        var before = _receiver.Statistics.SenderReports;
        _receiver.ReceiveRtcp(bytes, _from.ToUdp(), _time.GetTimestamp());
        if (_receiver.Statistics.SenderReports == before || (_reportTo?.Equals(_from) ?? false)) return;
        // Reports go to where the sender's own came from: a NAT lets them through.
        _reportTo = new SocketAddress(_from.Family, _from.Size);
        _from.Buffer.Span[.._from.Size].CopyTo(_reportTo.Buffer.Span);
    }

    private void Tick(long now)
    {
        _receiver.Tick(now);
        if (_time.GetElapsedTime(_reportedAt, now) < ReportPeriod) return;
        _reportedAt = now;
        _metrics.Publish(_receiver.Statistics);
        SendReport(now);
    }

    private void SendReport(long now)
    {
        if (_reportTo is null || !_receiver.TryReport(now, out var block)) return;
        try
        {
            var length = RtcpWriter.ReceiverReport(_report, _ssrc, block, "speechqa");
            _ports.Rtcp.SendTo(_report.AsSpan(0, length), SocketFlags.None, _reportTo);
        }
        catch (SocketException)
        {
            // The next report comes in five seconds.
        }
    }
}
