using System.Globalization;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Ingest.Rtp.Packets;

/// <summary>What a payload carries.</summary>
public enum RtpCodec : byte
{
    /// <summary>G.711 mu-law.</summary>
    Pcmu,

    /// <summary>G.711 A-law.</summary>
    Pcma,

    /// <summary>16-bit PCM in network byte order, mono (RFC 3551 section 4.5.11).</summary>
    L16,

    /// <summary>Keys and tones (RFC 4733).</summary>
    TelephoneEvent,

    /// <summary>Comfort noise (RFC 3389): the talker is silent.</summary>
    ComfortNoise,
}

/// <param name="Codec">What the payload carries.</param>
/// <param name="ClockRate">Units of the RTP time stamp per second, 8000..48000; for audio also samples per second.</param>
public readonly record struct PayloadFormat(RtpCodec Codec, int ClockRate)
{
    /// <summary>Carries samples.</summary>
    public bool IsAudio => Codec is RtpCodec.Pcmu or RtpCodec.Pcma or RtpCodec.L16;

    /// <summary>Payload bytes of one sample; 0 where there are none.</summary>
    public int SampleBytes => Codec switch { RtpCodec.Pcmu or RtpCodec.Pcma => 1, RtpCodec.L16 => 2, _ => 0 };

    /// <summary>As in SDP, e.g. <c>PCMU/8000</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PayloadMap.Name(Codec)}/{ClockRate}");
}

/// <summary>
/// What each RTP payload type of a leg means: the static ones of RFC 3551 and those agreed for the call. Immutable.
/// </summary>
public sealed class PayloadMap
{
    private const int Types = 128;

    private readonly PayloadFormat?[] _formats;

    private PayloadMap(PayloadFormat?[] formats) => _formats = formats;

    /// <summary>The static types: 0 PCMU, 8 PCMA, 11 L16/44100 mono, 13 comfort noise.</summary>
    public static PayloadMap Static { get; } = Create();

    /// <summary><see cref="Static"/> with 101 as telephone events, as nearly every system has it.</summary>
    public static PayloadMap Usual { get; } = Static.With(101, new(RtpCodec.TelephoneEvent, 8_000));

    /// <summary>The meaning of a payload type, or false.</summary>
    public bool TryGet(byte payloadType, out PayloadFormat format)
    {
        var found = payloadType < Types ? _formats[payloadType] : null;
        format = found.GetValueOrDefault();
        return found is not null;
    }

    /// <summary>A map in which <paramref name="payloadType"/> means <paramref name="format"/>.</summary>
    public PayloadMap With(byte payloadType, PayloadFormat format)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(payloadType, Types);
        ArgumentOutOfRangeException.ThrowIfLessThan(format.ClockRate, 8_000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(format.ClockRate, 48_000);
        var formats = (PayloadFormat?[])_formats.Clone();
        formats[payloadType] = format;
        return new PayloadMap(formats);
    }

    /// <summary>
    /// A map with one more entry, written as in SDP: <c>96=L16/16000</c>, <c>97=PCMU</c>, <c>102=telephone-event/8000</c>,
    /// <c>98=CN</c>. The rate may be left out where it is 8000.
    /// </summary>
    /// <exception cref="BadInputException">Not of that form, or a codec that cannot be decoded here.</exception>
    public PayloadMap With(string mapping)
    {
        var parts = mapping.Split('=', 2, StringSplitOptions.TrimEntries);
        var format = parts.Length == 2 ? parts[1].Split('/') : [];
        if (format.Length is 0 or > 3
            || !byte.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var type) || type >= Types
            || !TryRate(format, out var rate) || (format.Length == 3 && format[2] != "1"))
            throw new BadInputException($"payload '{mapping}': not TYPE=CODEC/RATE with a type of 0..127 and a rate of 8000..48000, one "
                + $"channel",
                "write for example 96=L16/16000");
        if (!TryCodec(format[0], out var codec))
            throw new BadInputException($"payload '{mapping}': codec {format[0]} cannot be decoded here",
                "use PCMU, PCMA, L16, telephone-event or CN");
        if (codec is RtpCodec.Pcmu or RtpCodec.Pcma && rate != 8_000)
            throw new BadInputException($"payload '{mapping}': {format[0]} has 8000 samples per second", $"write {type}={format[0]}/8000");
        return With(type, new PayloadFormat(codec, rate));
    }

    /// <summary>The codec of a name in SDP, of any case.</summary>
    public static bool TryCodec(string name, out RtpCodec codec)
    {
        RtpCodec? found = name.ToUpperInvariant() switch
        {
            "PCMU" or "G711U" or "ULAW" or "MULAW" => RtpCodec.Pcmu,
            "PCMA" or "G711A" or "ALAW" => RtpCodec.Pcma,
            "L16" => RtpCodec.L16,
            "TELEPHONE-EVENT" => RtpCodec.TelephoneEvent,
            "CN" => RtpCodec.ComfortNoise,
            _ => null,
        };
        codec = found.GetValueOrDefault();
        return found is not null;
    }

    /// <summary>The name of a codec in SDP.</summary>
    public static string Name(RtpCodec codec) => codec switch
    {
        RtpCodec.Pcmu => "PCMU",
        RtpCodec.Pcma => "PCMA",
        RtpCodec.L16 => "L16",
        RtpCodec.TelephoneEvent => "telephone-event",
        _ => "CN",
    };

    private static bool TryRate(string[] format, out int rate)
    {
        rate = 8_000;
        if (format.Length < 2) return true;
        return int.TryParse(format[1], NumberStyles.None, CultureInfo.InvariantCulture, out rate) && rate is >= 8_000 and <= 48_000;
    }

    private static PayloadMap Create()
    {
        var formats = new PayloadFormat?[Types];
        formats[0] = new(RtpCodec.Pcmu, 8_000);
        formats[8] = new(RtpCodec.Pcma, 8_000);
        formats[11] = new(RtpCodec.L16, 44_100);
        formats[13] = new(RtpCodec.ComfortNoise, 8_000);
        return new PayloadMap(formats);
    }
}
