namespace SpeechQA.Host.Server;

/// <summary>How the server is reached and what it takes.</summary>
internal sealed record ServerOptions
{
    /// <summary>HTTP addresses, separated by <c>;</c>.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:5080";

    /// <summary>Address RTP ports are opened on; <c>0.0.0.0</c> or <c>::</c>: all of this machine.</summary>
    public string RtpAddress { get; init; } = "127.0.0.1";

    /// <summary>Address that whoever opens a call is told to send RTP to; null: see <see cref="Api.RtpAddressTold"/>.</summary>
    public string? RtpPublicAddress { get; init; }

    /// <summary>First and last RTP port; each leg takes an even one and the odd one above it.</summary>
    public (int First, int Last) RtpPorts { get; init; } = (20_000, 29_999);

    /// <summary>Calls that may be open at a time; more are answered with 503.</summary>
    public int MaxCalls { get; init; } = 500;

    /// <summary>Words and alerts of live calls while an utterance is still being spoken.</summary>
    public bool Partials { get; init; } = true;

    /// <summary>
    /// One of them is asked for by the API, the hub and the metrics; none: nobody is asked, and only this machine is served.
    /// </summary>
    public IReadOnlyList<AccessToken> Tokens { get; init; } = [];

    /// <summary>A call whose legs have brought no packet for this long ends.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a port rests before it is given out again, so that late packets of the old call meet nobody.</summary>
    public TimeSpan PortCoolDown { get; init; } = TimeSpan.FromSeconds(10);
}
