using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// The thread that looks after the ports of all legs, every 5 ms. Waking a thread for each datagram costs several times what is
/// then done with it, and neither a voice window nor a word feels 5 ms. It runs while there are legs. A leg whose ports or whose
/// receiver fail is left out from then on (<see cref="RtpEndpoint.Fault"/>); the others are not concerned.
/// </summary>
internal sealed partial class ReceiveLoop
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
    private bool _failing;
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

    /// <summary>A round that fails as a whole (the system has no memory) is tried again: the thread serves all calls.</summary>
    private bool Goes()
    {
        try
        {
            return Round();
        }
        catch (Exception e)
        {
            Note(e);
            return true;
        }
    }

    private bool FindReadable(RtpEndpoint[] endpoints)
    {
        _readable.Clear();
        foreach (var endpoint in endpoints)
            if (Listens(endpoint)) _readable.Add(endpoint.Socket);
        if (_readable.Count == 0) return false;
        try
        {
            Socket.Select(_readable, null, null, 0);
            _failing = false;
        }
        catch (Exception e)
        {
            AskEach(endpoints, e);
        }
        return _readable.Count > 0;
    }

    /// <summary>
    /// The ports could not be asked together: asks each by itself, which tells the port that is at fault. Where none is, the system is,
    /// and the ports are asked one by one until it is well again.
    /// </summary>
    private void AskEach(RtpEndpoint[] endpoints, Exception together)
    {
        _readable.Clear();
        var found = false;
        foreach (var endpoint in endpoints)
        {
            try
            {
                if (endpoint.Listens(_round) && endpoint.Socket.Poll(0, SelectMode.SelectRead)) _readable.Add(endpoint.Socket);
            }
            catch (Exception e)
            {
                found = true;
                Fail(endpoint, e);
            }
        }
        if (!found) Note(together);
    }

    private bool Listens(RtpEndpoint endpoint)
    {
        try
        {
            return endpoint.Listens(_round);
        }
        catch (Exception e)
        {
            Fail(endpoint, e);
            return false;
        }
    }

    /// <summary>One that fails is left out; the others are not concerned.</summary>
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
            catch (Exception e)
            {
                Fail(endpoint, e);
            }
        }
    }

    private void Fail(RtpEndpoint endpoint, Exception fault)
    {
        Remove(endpoint);
        endpoint.Fail(fault);
    }

    /// <summary>A fault of no leg: counted each time, logged when it begins.</summary>
    private void Note(Exception fault)
    {
        CountFailure();
        if (_failing) return;
        _failing = true;
        LogFailing(_endpoints.FirstOrDefault()?.Logger ?? NullLogger.Instance, fault, _endpoints.Length);
    }

    internal static void CountFailure() => EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", "receive"));

    [LoggerMessage(1, LogLevel.Error, "The RTP ports of {Count} legs could not be looked after together; it is tried again every 5 ms.")]
    private static partial void LogFailing(ILogger logger, Exception fault, int count);
}
