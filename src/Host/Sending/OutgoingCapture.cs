using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Captures;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Host.Api;

namespace SpeechQA.Host.Sending;

/// <summary>Makes a call of a capture: its own packets, at the times they were captured.</summary>
internal static class OutgoingCapture
{
    /// <exception cref="BadInputException">The file is no capture of one call that can be sent.</exception>
    public static async Task<OutgoingCall> LoadAsync(string path, OutgoingOptions options, CancellationToken cancellation)
    {
        var name = Path.GetFileName(path);
        if (options.Codec is not null || options.LossPercent > 0 || options.JitterMs > 0)
            throw new BadInputException($"{name}: the packets of a capture are sent as they are", "leave out --codec, --loss and --jitter");
        var capture = await CaptureReplay.OpenAsync(path, new CaptureReplayOptions
        {
            Parties = options.AgentChannel == 1 ? (Party.Agent, Party.Customer) : (Party.Customer, Party.Agent),
        }, cancellation).ConfigureAwait(false);
        if (capture.Calls.Count > 1)
            throw new BadInputException($"{name}: {capture.Calls.Count} calls in it",
                "cut one out, for example by its ports with tcpdump or editcap");
        var call = capture.Calls[0];
        var request = new CallRequest
        {
            CallId = options.CallId,
            Agent = options.Agent,
            Queue = options.Queue,
            Language = options.Language,
            Legs = [.. call.Legs.Select(RequestOf)],
        };
        return new OutgoingCall(name, request, await capture.LoadAsync(call, cancellation).ConfigureAwait(false), call.Last - call.First);
    }

    private static LegRequest RequestOf(CapturedLeg leg) => new()
    {
        Party = PartyName.Of(leg.Party),
        Codec = PayloadMap.Name(leg.Format.Codec),
        ClockRate = leg.Format.ClockRate,
        PayloadType = TypeOf(leg, f => f == leg.Format),
        TelephoneEvent = TypeOf(leg, f => f.Codec == RtpCodec.TelephoneEvent),
        ComfortNoise = TypeOf(leg, f => f.Codec == RtpCodec.ComfortNoise),
    };

    private static int? TypeOf(CapturedLeg leg, Func<PayloadFormat, bool> wanted)
    {
        for (byte type = 0; type < 128; type++)
            if (leg.Payloads.TryGet(type, out var format) && wanted(format)) return type;
        return null;
    }
}
