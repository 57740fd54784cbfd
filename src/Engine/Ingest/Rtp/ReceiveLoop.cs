using SpeechQA.Engine.Calls;

namespace SpeechQA.Engine.Ingest.Rtp;

/// <summary>
/// The thread that looks after the ports of all legs, every 5 ms. Waking a thread for each datagram costs several times what is
/// then done with it, and a voice window or a word does not see 5 ms. It runs while there are legs.
/// </summary>
internal sealed class ReceiveLoop
{
    /// <summary>So much later than it came a datagram may be stamped; interarrival jitter is told that much too high at most.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(5);

    private readonly Lock _lock = new();
    private RtpEndpoint[] _endpoints = [];
    private bool _running;

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

    private void Run()
    {
        var buffer = new byte[RtpEndpoint.LongestBuffer];
        while (Next() is { } endpoints)
        {
            foreach (var endpoint in endpoints)
            {
                try
                {
                    endpoint.Poll(buffer);
                }
                catch (Exception)
                {
                    // The others, and what comes to this one next, are not concerned.
                    EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", "rtp"));
                }
            }
            Thread.Sleep(Period);
        }
    }

    /// <summary>Those to look after now; null: the thread ends.</summary>
    private RtpEndpoint[]? Next()
    {
        lock (_lock)
        {
            if (_endpoints.Length > 0) return _endpoints;
            _running = false;
            return null;
        }
    }
}
