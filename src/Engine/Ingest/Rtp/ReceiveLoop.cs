using System.Net.Sockets;
using SpeechQA.Engine.Calls;

namespace SpeechQA.Engine.Ingest.Rtp;

/// <summary>
/// The thread that looks after the ports of all legs, every 5 ms. Waking a thread for each datagram costs several times what is
/// then done with it, and neither a voice window nor a word feels 5 ms. It runs while there are legs.
/// </summary>
internal sealed class ReceiveLoop
{
    /// <summary>So much later than it came a datagram may be stamped.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(5);

    /// <summary>Datagrams of one leg that are taken at a time: a flood must not keep the others waiting.</summary>
    private const int MostAtOnce = 64;

    // Held for a whole round: no other thread closes a port meanwhile.
    private readonly Lock _lock = new();
    private readonly List<Socket> _readable = [];
    private readonly byte[] _buffer = new byte[RtpEndpoint.LongestDatagram];
    // Replaced, never changed: what a round calls may end a call, whose ports then close within the round.
    private RtpEndpoint[] _endpoints = [];
    private bool _running;
    private int _round;

    /// <summary>Of all legs of the process.</summary>
    public static ReceiveLoop Shared { get; } = new();

    public void Add(RtpEndpoint endpoint)
    {
        lock (_lock)
        {
            _endpoints = [.. _endpoints, endpoint];
            if (_running) return;
            _running = true;
            new Thread(Run) { Name = "rtp", IsBackground = true }.Start();
        }
    }

    public void Remove(RtpEndpoint endpoint)
    {
        lock (_lock) _endpoints = [.. _endpoints.Where(e => e != endpoint)];
    }

    /// <summary>Takes what has come to all ports, and lets their time go on. False: there are none.</summary>
    public bool Round()
    {
        lock (_lock)
        {
            var endpoints = _endpoints;
            _round = (_round + 1) & int.MaxValue;
            for (var i = 0; i < MostAtOnce && FindReadable(endpoints); i++) ForEach(endpoints, static (endpoint, readable, buffer) =>
            {
                if (readable) endpoint.TakeRtp(buffer);
            });
            // Where something is left, time stands still: what waits in the port came before now and is not missing.
            ForEach(endpoints, static (endpoint, readable, buffer) =>
            {
                if (!readable) endpoint.Tick(buffer);
            });
            return _running = _endpoints.Length > 0;
        }
    }

    private void Run()
    {
        while (Goes()) Thread.Sleep(Period);
    }

    /// <summary>A round that fails (the system has no memory, a port has closed within it) is tried again: the thread serves all calls.</summary>
    private bool Goes()
    {
        try
        {
            return Round();
        }
        catch (Exception)
        {
            CountFailure();
            return true;
        }
    }

    private bool FindReadable(RtpEndpoint[] endpoints)
    {
        _readable.Clear();
        foreach (var endpoint in endpoints)
            if (endpoint.Listens(_round)) _readable.Add(endpoint.Socket);
        if (_readable.Count > 0) Socket.Select(_readable, null, null, 0);
        return _readable.Count > 0;
    }

    /// <summary>One that fails is counted; the others, and what comes to it next, are not concerned.</summary>
    private void ForEach(RtpEndpoint[] endpoints, Action<RtpEndpoint, bool, byte[]> work)
    {
        var next = 0;
        foreach (var endpoint in endpoints)
        {
            // Both lists have the same order.
            var readable = next < _readable.Count && _readable[next] == endpoint.Socket;
            if (readable) next++;
            try
            {
                work(endpoint, readable, _buffer);
            }
            catch (Exception)
            {
                CountFailure();
            }
        }
    }

    private static void CountFailure() => EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", "rtp"));
}
