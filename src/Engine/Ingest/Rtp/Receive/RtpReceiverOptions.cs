using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>How trusting an <see cref="RtpReceiver"/> is. All times are of the arrival clock.</summary>
public sealed record RtpReceiverOptions
{
    /// <summary>Packets in sequence after which the first stream is the leg's (RFC 3550 A.1). Default 2; they are not lost.</summary>
    public int ProbationPackets { get; init; } = 2;

    /// <summary>Packets in sequence after which another SSRC may take over. Default 10.</summary>
    public int TakeoverPackets { get; init; } = 10;

    /// <summary>How long the leg's stream must be silent, and the other one go on, before a takeover. Default 200 ms.</summary>
    public TimeSpan TakeoverSilence { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the leg's stream must be silent before it may go on from another address or port. Default 1 s.</summary>
    public TimeSpan MoveSilence { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a stream on probation may be quiet. Default 500 ms.</summary>
    public TimeSpan CandidateIdle { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest time a packet is held behind a hole. Default 200 ms.</summary>
    public TimeSpan LongestHold { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Whether arrival stamps go with the audio into the pipe; not where they are not of this machine's clock. Default true.
    /// </summary>
    public bool StampAudio { get; init; } = true;

    /// <summary>
    /// Told, from within the receiver, of RTP that yields no sound, without leg or party; true: it holds no longer. Must not wait.
    /// Default null.
    /// </summary>
    public Action<SoundWarning, bool>? Warned { get; init; }

    /// <summary>The only address and port RTP is taken from; null: whoever sends first. Default null.</summary>
    public IPEndPoint? Source { get; init; }

    /// <summary>
    /// Shared by the legs of a call, which aligns them by arrival; null: the leg begins with its own first packet. Default null.
    /// </summary>
    public AudioOrigin? Origin { get; init; }

    /// <summary>Told when the leg's ports cannot be received from. Default: nobody.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
