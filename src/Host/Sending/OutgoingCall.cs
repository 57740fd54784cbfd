using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Send;
using SpeechQA.Host.Api;

namespace SpeechQA.Host.Sending;

/// <summary>A call ready to be sent.</summary>
/// <param name="Name">For people: the file's name.</param>
/// <param name="Legs">The datagrams of each leg of the request.</param>
/// <param name="Duration">At normal speed.</param>
internal sealed record OutgoingCall(string Name, CallRequest Request, IReadOnlyList<IPacedSource> Legs, TimeSpan Duration);

/// <summary>What is said about a call that is sent, and how it is sent.</summary>
internal sealed record OutgoingOptions
{
    public string? CallId { get; init; }
    public string? Agent { get; init; }
    public string? Queue { get; init; }
    public string? Language { get; init; }

    /// <summary>Channel of a two-channel recording on which the agent speaks, 1 or 2.</summary>
    public int AgentChannel { get; init; } = 1;

    /// <summary>Null: PCMU for recordings of 8 kHz, L16 for others.</summary>
    public RtpCodec? Codec { get; init; }

    /// <summary>Audio in a packet, milliseconds.</summary>
    public int PacketMs { get; init; } = 20;
    public double LossPercent { get; init; }
    public int JitterMs { get; init; }
}
