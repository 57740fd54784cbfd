using System.Net;
using System.Net.Sockets;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>How the opening of a port pair went.</summary>
public enum PortOutcome
{
    /// <summary>A pair of ports was opened.</summary>
    Opened,

    /// <summary>Every pair of the range is in use by calls or cooling down: end calls or widen the range.</summary>
    Exhausted,

    /// <summary>The pairs that no call uses are held by other programs: choose another range.</summary>
    InUse,

    /// <summary>The address is not one of this machine's, or may not be bound.</summary>
    AddressRefused,
}

/// <summary>
/// Hands out pairs of UDP ports, RTP on the even one and RTCP on the next (RFC 3550 section 11), bound and ready. A pair
/// that was given back cools down before it is used again, so that the late packets of one call do not reach the next.
/// Safe for concurrent use.
/// </summary>
public sealed class PortPool
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _coolDown;
    private readonly Queue<int> _free = new();
    private readonly Queue<(int Port, long Until)> _cooling = new();

    /// <param name="address">The local address to bind to.</param>
    /// <param name="firstPort">1024..65534; an odd one is rounded up.</param>
    /// <param name="lastPort">The last port that may be used, RTCP included; there must be room for one pair.</param>
    /// <param name="coolDown">How long a pair rests after use; default 30 s.</param>
    /// <exception cref="BadInputException">The range holds no pair.</exception>
    public PortPool(IPAddress address, int firstPort, int lastPort, TimeProvider time, TimeSpan? coolDown = null)
    {
        if (firstPort < 1024 || lastPort > ushort.MaxValue || firstPort + firstPort % 2 + 1 > lastPort)
            throw new BadInputException($"RTP ports {firstPort}-{lastPort}: no pair of an even port and the next within 1024-65535",
                "give a range such as 40000-40999");
        Address = address;
        _time = time;
        _coolDown = coolDown ?? TimeSpan.FromSeconds(30);
        for (var port = firstPort + firstPort % 2; port + 1 <= lastPort; port += 2) _free.Enqueue(port);
        Pairs = _free.Count;
    }

    /// <summary>The address that sockets are bound to.</summary>
    public IPAddress Address { get; }

    /// <summary>Pairs in the range.</summary>
    public int Pairs { get; }

    /// <summary>Pairs that are neither in use nor cooling down.</summary>
    public int Free
    {
        get
        {
            lock (_lock)
            {
                Thaw();
                return _free.Count;
            }
        }
    }

    /// <summary>Binds the pair that has rested longest.</summary>
    /// <param name="ports">To be disposed, which closes the sockets and gives the pair back; null unless opened.</param>
    public PortOutcome TryOpen(out RtpPorts? ports)
    {
        ports = null;
        lock (_lock)
        {
            Thaw();
            if (_free.Count == 0) return PortOutcome.Exhausted;
            // A port that another program holds goes to the back of the queue; each is tried once.
            for (var tries = _free.Count; tries > 0; tries--)
            {
                var port = _free.Dequeue();
                var error = Bind(port, out ports);
                if (error == SocketError.Success) return PortOutcome.Opened;
                _free.Enqueue(port);
                if (error != SocketError.AddressAlreadyInUse) return PortOutcome.AddressRefused;
            }
            return PortOutcome.InUse;
        }
    }

    internal void GiveBack(int port)
    {
        lock (_lock) _cooling.Enqueue((port, _time.GetTimestamp() + (long)(_coolDown.TotalSeconds * _time.TimestampFrequency)));
    }

    private void Thaw()
    {
        var now = _time.GetTimestamp();
        while (_cooling.TryPeek(out var next) && next.Until <= now) _free.Enqueue(_cooling.Dequeue().Port);
    }

    private SocketError Bind(int port, out RtpPorts? ports)
    {
        ports = null;
        Socket? rtp = null;
        Socket? rtcp = null;
        try
        {
            rtp = Open(port);
            rtcp = Open(port + 1);
            ports = new RtpPorts(this, port, rtp, rtcp);
            return SocketError.Success;
        }
        catch (SocketException refused)
        {
            rtp?.Dispose();
            rtcp?.Dispose();
            // Ports that the system reserves are as good as in use.
            return refused.SocketErrorCode == SocketError.AccessDenied ? SocketError.AddressAlreadyInUse : refused.SocketErrorCode;
        }
    }

    private Socket Open(int port)
    {
        var socket = new Socket(Address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // Looked at now and then; what looks readable may turn out not to be.
            socket.Blocking = false;
            // A second's worth of the densest stream, for when the machine is busy.
            socket.ReceiveBufferSize = 256 * 1024;
            socket.Bind(new IPEndPoint(Address, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A bound pair of ports.</summary>
public sealed class RtpPorts : IDisposable
{
    private readonly PortPool _pool;
    private int _disposed;

    internal RtpPorts(PortPool pool, int port, Socket rtp, Socket rtcp)
    {
        _pool = pool;
        Port = port;
        Rtp = rtp;
        Rtcp = rtcp;
    }

    /// <summary>The even one.</summary>
    public int Port { get; }

    internal Socket Rtp { get; }
    internal Socket Rtcp { get; }

    /// <summary>Closes the sockets at once and lets the pair cool down.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        Rtp.Dispose();
        Rtcp.Dispose();
        _pool.GiveBack(Port);
    }
}
