using System.Buffers.Binary;

namespace SpeechQA.Engine.Ingest.Flac;

/// <summary>A frame: header, a subframe per channel, checksum; RFC 9639 section 9.</summary>
internal static class FlacFrame
{
    /// <summary>Bytes that a frame of this stream can reach, twice what its samples take uncoded.</summary>
    public static int MostBytes(in FlacStreamInfo stream) =>
        256 + 2 * (int)((long)stream.LongestBlock * stream.Channels * (stream.Bits + 1) / 8);

    /// <summary>Decodes the frame at the beginning of the bytes; null, or what is wrong with it.</summary>
    /// <param name="padded">The bytes and <see cref="FlacBits.Padding"/> more.</param>
    /// <param name="first">The first channel, <see cref="FlacStreamInfo.LongestBlock"/> samples.</param>
    /// <param name="second">The second channel, or empty.</param>
    public static string? Read(ReadOnlySpan<byte> padded, in FlacStreamInfo stream, Span<int> first, Span<int> second,
        out int blockLength, out int bytes)
    {
        bytes = 0;
        blockLength = 0;
        var bits = new FlacBits(padded);
        if (FlacFrameHeader.Read(ref bits, padded, stream, out var header) is { } wrong) return wrong;
        if (bits.Overrun) return "it ends within a frame";
        first = first[..header.BlockLength];
        second = stream.Channels == 2 ? second[..header.BlockLength] : [];

        var firstDepth = stream.Bits + (header.Stereo == FlacStereo.SideRight ? 1 : 0);
        var secondDepth = stream.Bits + (header.Stereo is FlacStereo.LeftSide or FlacStereo.MidSide ? 1 : 0);
        wrong = FlacSubframe.Read(ref bits, firstDepth, first);
        if (wrong is null && stream.Channels == 2) wrong = FlacSubframe.Read(ref bits, secondDepth, second);
        bits.AlignToByte();
        var end = bits.Position;
        bits.Read(16);
        if (bits.Overrun) return "it ends within a frame";
        if (wrong is not null) return wrong;
        if (BinaryPrimitives.ReadUInt16BigEndian(padded[end..]) != FlacCrc.Crc16(padded[..end])) return "wrong frame checksum";

        Correlate(header.Stereo, first, second);
        blockLength = header.BlockLength;
        bytes = bits.Position;
        return null;
    }

    /// <summary>Makes left and right of what was stored.</summary>
    private static void Correlate(FlacStereo stereo, Span<int> first, Span<int> second)
    {
        for (var i = 0; i < second.Length && stereo != FlacStereo.Independent; i++)
        {
            var (a, b) = (first[i], second[i]);
            switch (stereo)
            {
                case FlacStereo.LeftSide:
                    second[i] = a - b;
                    break;
                case FlacStereo.SideRight:
                    first[i] = a + b;
                    break;
                default:
                    // The side's lowest bit is the one that halving took from the mid.
                    var middle = (a << 1) | (b & 1);
                    first[i] = (middle + b) >> 1;
                    second[i] = (middle - b) >> 1;
                    break;
            }
        }
    }
}
