using System.Net;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Host.Calls;

/// <summary>A call as it was asked for, checked.</summary>
internal sealed record CallPlan(string? ExternalId, string? Agent, string? Queue, string Language, IReadOnlyList<LegPlan> Legs)
{
    /// <summary>Whose call it is; never shown.</summary>
    public string? Caller { get; init; }

    public CallOptions Options => new()
    {
        ExternalId = ExternalId,
        Caller = Caller,
        Agent = Agent,
        Queue = Queue,
        Language = Language,
        Legs = [.. Legs.Select(l => new LegOptions(l.Party, l.Format.ClockRate)
        {
            Line = new SiteLine(Queue ?? "", l.Format.Codec.ToString().ToUpperInvariant()),
        })],
    };
}

/// <param name="Format">Codec and rate of the audio.</param>
/// <param name="Source">Where the packets come from, or null when it is not known before they come.</param>
internal sealed record LegPlan(Party Party, PayloadFormat Format, byte PayloadType, byte TelephoneEvent, byte ComfortNoise,
    IPEndPoint? Source)
{
    public PayloadMap Payloads => PayloadMap.Static
        .With(TelephoneEvent, new PayloadFormat(RtpCodec.TelephoneEvent, Format.ClockRate))
        .With(ComfortNoise, new PayloadFormat(RtpCodec.ComfortNoise, Format.ClockRate))
        .With(PayloadType, Format);
}
