using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// Tells of RTP whose payload types are not decoded, each type once, with its first packets; its length when no more will come.
/// Nothing is allocated but for what is told.
/// </summary>
/// <param name="perSecond">Units of the arrival stamps per second.</param>
internal sealed class UndecodablePayloads(long perSecond)
{
    /// <summary>Packets that make a type worth a word: a stray one, or a probe, is none.</summary>
    private const int FewestPackets = 5;

    /// <summary>Longest payload that carries no sound: telephone events, comfort noise, keep-alives (RFC 6263).</summary>
    private const int LongestOfNothing = TelephoneEvents.PayloadBytes;

    private const int MostTypes = 4;

    private readonly Type[] _types = new Type[MostTypes];
    private int _count;

    private struct Type
    {
        public byte Number;
        public long Packets, First, Last;
        public double Start;
        public ushort Sequence;
        public uint Timestamp, Step;
    }

    /// <summary>Some type was told.</summary>
    public bool Any { get; private set; }

    /// <summary>A packet that cannot be decoded; answers what is to be told of it, or null.</summary>
    /// <param name="start">Where the leg's audio has come to, seconds.</param>
    /// <param name="format">What the type means, where it is agreed and only its clock does not fit; else null.</param>
    /// <param name="rate">Samples per second of the leg.</param>
    public SoundWarning? Add(in RtpPacket packet, PayloadFormat? format, int rate, double start, long arrival)
    {
        if (packet.Payload.Length <= LongestOfNothing) return null;
        var at = 0;
        while (at < _count && _types[at].Number != packet.PayloadType) at++;
        if (at == MostTypes) return null;
        ref var type = ref _types[at];
        if (at == _count)
        {
            _count++;
            type = new Type { Number = packet.PayloadType, First = arrival, Start = start };
        }
        else if ((ushort)(packet.SequenceNumber - type.Sequence) == 1)
        {
            type.Step = packet.Timestamp - type.Timestamp;
        }
        (type.Sequence, type.Timestamp, type.Last) = (packet.SequenceNumber, packet.Timestamp, arrival);
        if (++type.Packets != FewestPackets) return null;
        Any = true;
        return WarningOf(type, format, rate, null);
    }

    /// <summary>No more will come: what was told, with its length.</summary>
    public IEnumerable<SoundWarning> End(PayloadMap payloads, int rate)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_types[i].Packets < FewestPackets) continue;
            PayloadFormat? format = payloads.TryGet(_types[i].Number, out var known) ? known : null;
            yield return WarningOf(_types[i], format, rate, Math.Round((_types[i].Last - _types[i].First) / (double)perSecond, 3));
        }
    }

    private static SoundWarning WarningOf(in Type type, PayloadFormat? format, int rate, double? seconds)
    {
        var kind = format is not null ? SoundWarningKind.UndecodableCodec : PayloadName.KindOf(type.Number, type.Step);
        var cause = format is { } agreed
            ? $"payload type {type.Number} is {agreed}, which does not fit a leg of {rate} samples per second: its sound is left out"
            : $"RTP carries {PayloadName.Describe(type.Number, type.Step)}, which is not decoded here: its sound is left out";
        return new SoundWarning(null, Party.Unknown, kind, type.Start, seconds, cause,
            "send G.711 or L16, and open the leg with the payload type that is sent");
    }
}
