using System.Diagnostics.CodeAnalysis;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Ingest.Rtp.Captures;

/// <summary>
/// What a captured leg's payload types mean: the static ones and those given are believed; a dynamic one whose payloads can
/// only be telephone events is taken for that; nothing else is guessed.
/// </summary>
internal static class CapturedPayloads
{
    public const string Remedy = "capture G.711 or L16, or say what a dynamic payload type is, for example --payload 96=L16/16000";

    /// <summary>Packets of audio for which a leg is worth using that carries more of something else: a second of it.</summary>
    private const int FewestPackets = 50;

    /// <summary>False, with the reason, when the leg's audio cannot be decoded.</summary>
    public static bool TryRead(LegTrace trace, PayloadMap known, [NotNullWhen(true)] out CapturedLeg? leg,
        [NotNullWhen(false)] out SoundWarning? problem)
    {
        (leg, problem) = (null, null);
        PayloadFormat? audio = null;
        (byte Type, uint Step)? unknown = null;
        var silence = false;
        long decodable = 0, undecodable = 0;
        foreach (var (type, payload) in trace.Payloads())
        {
            if (!known.TryGet(type, out var format))
            {
                if (type >= PayloadName.FirstDynamic && payload.IsTelephoneEvent)
                {
                    known = known.With(type, new(RtpCodec.TelephoneEvent, 8_000));
                    continue;
                }
                unknown ??= (type, payload.Step);
                undecodable += payload.Packets;
                continue;
            }
            silence |= format.Codec == RtpCodec.ComfortNoise;
            if (!format.IsAudio) continue;
            audio ??= format;
            decodable += payload.Packets;
        }
        // A leg that changes its codec is used as far as it goes; its receiver tells what is left out.
        if (audio is null || (undecodable > decodable && decodable < FewestPackets))
        {
            problem = ProblemOf(trace, unknown, silence);
            return false;
        }
        leg = new CapturedLeg(Party.Unknown, trace.Source, trace.Destination, trace.First, trace.Last, known, audio.Value, trace.Packets);
        return true;
    }

    private static SoundWarning ProblemOf(LegTrace trace, (byte Type, uint Step)? unknown, bool silence)
    {
        var (kind, carries) = unknown switch
        {
            (var type, var step) => (PayloadName.KindOf(type, step),
                $"{PayloadName.Describe(type, step)}, which is not decoded here"),
            _ => (SoundWarningKind.ComfortNoiseOnly, silence ? "comfort noise only, no audio" : "no audio, telephone events only"),
        };
        return SoundWarning.OfSource(kind, $"RTP from {trace.Source} to {trace.Destination} carries {carries}", Remedy);
    }
}
