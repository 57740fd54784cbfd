using System.Buffers.Binary;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Tests.Ingest.Rtp;

/// <summary>Makes datagrams, well formed or not.</summary>
internal sealed record RtpBuilder
{
    public int Version { get; init; } = 2;
    public bool Marker { get; init; }
    public byte PayloadType { get; init; }
    public ushort Sequence { get; init; }
    public uint Timestamp { get; init; }
    public uint Ssrc { get; init; } = 0x1234_5678;
    public uint[] Sources { get; init; } = [];

    /// <summary>What the header says; the sources themselves may be fewer.</summary>
    public int? SourceCount { get; init; }

    /// <summary>Words of the extension that are there, or null for no extension.</summary>
    public int? ExtensionWords { get; init; }

    /// <summary>What the extension says of its length.</summary>
    public int? ExtensionClaim { get; init; }

    /// <summary>Bytes of padding appended, or null for none.</summary>
    public int? Padding { get; init; }

    /// <summary>What the last byte says of the padding.</summary>
    public byte? PaddingClaim { get; init; }

    public byte[] Payload { get; init; } = new byte[160];

    public byte[] Build()
    {
        var extension = ExtensionWords is { } words ? 4 + words * 4 : 0;
        var datagram = new byte[12 + Sources.Length * 4 + extension + Payload.Length + (Padding ?? 0)];
        RtpPacket.WriteHeader(datagram, Marker, PayloadType, Sequence, Timestamp, Ssrc);
        datagram[0] = (byte)(Version << 6 | (Padding is null ? 0 : 0x20) | (ExtensionWords is null ? 0 : 0x10)
            | (SourceCount ?? Sources.Length));
        var at = 12;
        foreach (var source in Sources)
        {
            BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(at), source);
            at += 4;
        }
        if (ExtensionWords is not null)
        {
            BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(at + 2), (ushort)(ExtensionClaim ?? ExtensionWords.Value));
            at += extension;
        }
        Payload.CopyTo(datagram, at);
        if (Padding is > 0) datagram[^1] = PaddingClaim ?? (byte)Padding.Value;
        return datagram;
    }
}
