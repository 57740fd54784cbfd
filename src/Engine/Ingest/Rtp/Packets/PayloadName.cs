using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Ingest.Rtp.Packets;

/// <summary>Names codecs that are not decoded here, as far as the packets tell them.</summary>
internal static class PayloadName
{
    /// <summary>The first type whose meaning is agreed for each call.</summary>
    public const byte FirstDynamic = 96;

    private const string OpusName = "Opus, by its clock of 48 kHz";

    /// <summary>Time stamp units of Opus packets of 2.5 to 120 ms: its clock has 48 kHz whatever it carries (RFC 7587).</summary>
    private static readonly uint[] OpusSteps = [120, 240, 480, 960, 1920, 2880, 3840, 4800, 5760];

    /// <summary>The codec, or null when it cannot be told.</summary>
    /// <param name="step">Time stamp units between two packets in sequence; 0: not known.</param>
    public static string? CodecOf(byte type, uint step)
    {
        if (type < FirstDynamic) return StaticName(type);
        // Steps of 480 are those of 8 kHz audio in packets of 60 ms, too.
        return step >= 960 && Array.IndexOf(OpusSteps, step) >= 0 ? OpusName : null;
    }

    /// <summary>How a type that is not decoded is told.</summary>
    public static string KindOf(byte type, uint step) =>
        CodecOf(type, step) is null ? SoundWarningKind.UnknownPayloadType : SoundWarningKind.UndecodableCodec;

    /// <summary>The type with its codec: <c>payload type 9 (G.722)</c>.</summary>
    public static string Describe(byte type, uint step) =>
        $"payload type {type} ({CodecOf(type, step) ?? (type >= FirstDynamic ? "dynamic" : "not audio")})";

    private static string? StaticName(byte type) => type switch
    {
        0 => "G.711 mu-law",
        3 => "GSM 06.10",
        4 => "G.723.1",
        5 or 6 or 16 or 17 => "DVI4",
        7 => "LPC",
        8 => "G.711 A-law",
        9 => "G.722",
        10 => "L16, two channels",
        11 => "L16 at 44.1 kHz",
        12 => "QCELP",
        15 => "G.728",
        18 => "G.729",
        _ => null,
    };
}
