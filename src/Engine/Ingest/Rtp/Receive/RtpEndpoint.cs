using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// One leg's UDP ports. The <see cref="ReceiveLoop"/> has it take what has come, which is stamped and given to the leg's
/// <see cref="RtpReceiver"/>; every 50 ms the receiver's time goes on, every 5 s it reports to the sender (RFC 3550 section
/// 6.4.2). Nothing here waits for the leg, and nothing is allocated per datagram.
/// </summary>
public sealed partial class RtpEndpoint : IDisposable
{
    /// <summary>No datagram is longer.</summary>
    internal const int LongestDatagram = 1 << 16;

    private const int RtcpBytes = 1500;

    /// <summary>RTCP datagrams that are taken at a time.</summary>
    private const int MostRtcp = 16;

    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(5);

    /// <summary>Ports to which nothing has come for so long are looked at less often: a thousand unused calls cost little.</summary>
    private static readonly TimeSpan SilenceTimeout = TimeSpan.FromSeconds(1);

    /// <summary>In one of so many rounds, 50 ms; counted, because the clock may stand still.</summary>
    private const int QuietRounds = 10;

    // The receiver has one owner at a time: the receive loop, or who reads the statistics or closes.
    private readonly Lock _lock = new();
    private readonly RtpPorts _ports;
    private readonly RtpReceiver _receiver;
    private readonly TimeProvider _time;
    private readonly RtpMetrics _metrics = new();
    private readonly ReceiveLoop _loop;
    private readonly SocketAddress _from;
    private readonly byte[] _report = new byte[RtcpWriter.LongestDatagram];
    private readonly uint _ssrc = (uint)Random.Shared.NextInt64(1, uint.MaxValue);
    private SocketAddress? _reportTo;
    private long _tickedAt;
    private long _heardAt;
    private long _reportedAt;
    private bool _disposed;
    private volatile Exception? _fault;

    /// <summary>Starts receiving.</summary>
    /// <param name="ports">Owned by the endpoint from now on.</param>
    /// <param name="pipe">Completed when the endpoint is disposed.</param>
    public RtpEndpoint(RtpPorts ports, LegPipe pipe, PayloadMap payloads, TimeProvider time, RtpReceiverOptions? options = null)
        : this(ports, pipe, payloads, time, options, ReceiveLoop.Shared)
    {
    }

    internal RtpEndpoint(RtpPorts ports, LegPipe pipe, PayloadMap payloads, TimeProvider time, RtpReceiverOptions? options,
        ReceiveLoop loop)
    {
        _ports = ports;
        _time = time;
        Logger = options?.Logger ?? NullLogger.Instance;
        _receiver = new RtpReceiver(pipe, payloads, time.TimestampFrequency, options);
        _from = new SocketAddress(ports.Rtp.AddressFamily);
        _tickedAt = _heardAt = _reportedAt = time.GetTimestamp();
        _loop = loop;
        loop.Add(this);
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

    /// <summary>
    /// What ended receiving although the endpoint is not disposed: a port of no use, or an error of the receiver. Null while all is well.
    /// The call should end, since the leg hears nothing any more.
    /// </summary>
    public Exception? Fault => _fault;

    /// <summary>Closes the ports at once and completes the leg's pipe.</summary>
    public void Dispose()
    {
        _loop.Remove(this);
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            _ports.Dispose();
            try
            {
                _receiver.Complete();
            }
            catch (Exception e)
            {
                // Its pipe is completed all the same, so the call ends as any other.
                Note(e);
            }
            _metrics.Publish(_receiver.Statistics);
        }
    }

    /// <summary>That of RTP.</summary>
    internal Socket Socket => _ports.Rtp;

    /// <summary>Told of what goes wrong.</summary>
    internal ILogger Logger { get; }

    /// <summary>The loop could not look after it, and will not again.</summary>
    internal void Fail(Exception fault)
    {
        lock (_lock)
        {
            // What a round calls may have closed the ports within it; that is no fault.
            if (!_disposed) Note(fault);
        }
    }

    /// <summary>It is to be seen in this round whether RTP has come.</summary>
    internal bool Listens(int round)
    {
        // Reading the clock may dispose.
        var quiet = _time.GetElapsedTime(_heardAt) > SilenceTimeout;
        return IsOpen && (!quiet || (round + Port / 2) % QuietRounds == 0);
    }

    /// <summary>Takes the next RTP datagram.</summary>
    /// <param name="buffer"><see cref="LongestDatagram"/> bytes.</param>
    internal void TakeRtp(byte[] buffer)
    {
        lock (_lock)
        {
            if (!IsOpen) return;
            // One byte more than can be used: a datagram that fills it is too long, whatever was cut off.
            if (!TryReceive(_ports.Rtp, buffer.AsSpan(0, Math.Min(_receiver.LongestDatagram + 1, buffer.Length)), out var datagram)) return;
            _heardAt = _time.GetTimestamp();
            _receiver.Receive(datagram, _from.ToUdp(), _heardAt);
        }
    }

    /// <summary>All RTP is taken: takes RTCP and lets time go on, when it is time.</summary>
    internal void Tick(byte[] buffer)
    {
        var now = _time.GetTimestamp();
        if (!TicksAt(now)) return;
        lock (_lock)
        {
            if (!IsOpen) return;
            for (var i = 0; i < MostRtcp && _ports.Rtcp.Poll(0, SelectMode.SelectRead); i++)
                if (TryReceive(_ports.Rtcp, buffer.AsSpan(0, RtcpBytes + 1), out var datagram)) TakeRtcp(datagram);
            _tickedAt = now;
            _receiver.Tick(now);
            if (_time.GetElapsedTime(_reportedAt, now) < ReportPeriod) return;
            _reportedAt = now;
            _metrics.Publish(_receiver.Statistics);
            SendReport(now);
        }
    }

    private bool IsOpen => !_disposed && _fault is null;

    private void Note(Exception fault)
    {
        if (_fault is not null) return;
        _fault = fault;
        ReceiveLoop.CountFailure();
        LogFailed(Logger, fault, Port);
    }

    private bool TicksAt(long now) => _time.GetElapsedTime(_tickedAt, now) >= TickPeriod;

    private bool TryReceive(Socket socket, Span<byte> buffer, out ReadOnlySpan<byte> datagram)
    {
        try
        {
            datagram = buffer[..socket.ReceiveFrom(buffer, SocketFlags.None, _from)];
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
        {
            datagram = buffer;
            return true;
        }
        catch (SocketException e) when (!SaysSocketIsBad(e.SocketErrorCode))
        {
            // Nothing after all, or an ICMP answer to a report, which is gone with it.
            datagram = [];
            return false;
        }
    }

    /// <summary>Errors that say something about the socket itself (EBADF, ENOTSOCK, EINVAL, EFAULT), not about the network.</summary>
    private static bool SaysSocketIsBad(SocketError error) =>
        error is SocketError.OperationAborted or SocketError.NotSocket or SocketError.InvalidArgument or SocketError.Fault;

    private void TakeRtcp(ReadOnlySpan<byte> datagram)
    {
        var before = _receiver.Statistics.SenderReports;
        _receiver.ReceiveRtcp(datagram, _from.ToUdp(), _time.GetTimestamp());
        if (_receiver.Statistics.SenderReports == before || (_reportTo?.Equals(_from) ?? false)) return;
        // Reports go to where the sender's own came from: a NAT lets them through.
        _reportTo = new SocketAddress(_from.Family, _from.Size);
        _from.Buffer.Span[.._from.Size].CopyTo(_reportTo.Buffer.Span);
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

    [LoggerMessage(1, LogLevel.Error, "A leg cannot be received on port {Port} any more; its call ends, the others go on.")]
    private static partial void LogFailed(ILogger logger, Exception fault, int port);
}
