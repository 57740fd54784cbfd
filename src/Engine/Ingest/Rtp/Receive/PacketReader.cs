using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// Reads a leg's datagrams: the header, and what the payload means for this leg, which is looked up once for each packet.
/// </summary>
internal sealed class PacketReader
{
    /// <summary>Bytes of header, contributing sources and extension that a packet may have.</summary>
    private const int MostHeaderBytes = 128;

    private readonly PayloadMap _payloads;
    private readonly int _sampleRate;

    /// <param name="sampleRate">Of the audio that the leg takes, 8000..48000.</param>
    public PacketReader(PayloadMap payloads, int sampleRate)
    {
        _payloads = payloads;
        _sampleRate = sampleRate;
        // 60 ms of L16 at the leg's rate, or 256 ms of G.711: nobody sends longer packets.
        LongestPayload = Math.Max(2048, sampleRate * 60 / 1000 * sizeof(short));
    }

    /// <summary>Bytes; no payload that can be used is longer, and none has more samples.</summary>
    public int LongestPayload { get; }

    /// <summary>Bytes; no datagram that can be used is longer.</summary>
    public int LongestDatagram => LongestPayload + MostHeaderBytes;

    /// <summary>Reads a datagram of any size and content; never throws.</summary>
    /// <param name="packet">
    /// Read also where only the payload is at fault: <see cref="RtpParseError.PayloadType"/> and <see cref="RtpParseError.Payload"/>.
    /// </param>
    /// <param name="format">What the payload is; null where it means nothing here.</param>
    public RtpParseError Read(ReadOnlySpan<byte> datagram, out RtpPacket packet, out PayloadFormat? format)
    {
        format = null;
        var error = RtpPacket.TryParse(datagram, out packet);
        if (error != RtpParseError.None) return error;
        if (datagram.Length > LongestDatagram || packet.Payload.Length > LongestPayload) return RtpParseError.TooLong;
        if (!_payloads.TryGet(packet.PayloadType, out var found)) return RtpParseError.PayloadType;
        if (found.IsAudio && found.ClockRate != _sampleRate) return RtpParseError.PayloadType;
        if (!Fits(found.Codec, packet.Payload.Length)) return RtpParseError.Payload;
        format = found;
        return RtpParseError.None;
    }

    private static bool Fits(RtpCodec codec, int bytes) => codec switch
    {
        RtpCodec.L16 => bytes % sizeof(short) == 0,
        RtpCodec.TelephoneEvent => bytes >= TelephoneEvents.PayloadBytes,
        _ => true,
    };
}
