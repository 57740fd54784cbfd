using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Ingest.Rtp.Captures;

/// <summary>What a capture does not say of itself.</summary>
public sealed record CaptureReplayOptions
{
    /// <summary>What payload types mean beyond the static ones. Telephone events are recognised by themselves.</summary>
    public PayloadMap Payloads { get; init; } = PayloadMap.Static;

    /// <summary>Parties of a call's two legs in the order of their first packets. Default agent, customer.</summary>
    public (Party First, Party Second) Parties { get; init; } = (Party.Agent, Party.Customer);
}

/// <summary>How a capture is replayed.</summary>
/// <param name="Speed">1 is real time; null as fast as the legs take it, and then nothing is ever dropped.</param>
/// <param name="Time">The clock of a paced replay.</param>
public sealed record ReplayPace(double? Speed, TimeProvider Time)
{
    /// <summary>As fast as the legs take it.</summary>
    public static ReplayPace FullSpeed { get; } = new(null, TimeProvider.System);
}
