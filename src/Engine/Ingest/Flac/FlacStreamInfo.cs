using System.Buffers.Binary;

namespace SpeechQA.Engine.Ingest.Flac;

/// <summary>The STREAMINFO block, RFC 9639 section 8.2.</summary>
/// <param name="LongestBlock">Most samples per channel in a frame, 16..65535.</param>
/// <param name="SampleRate">Samples per second.</param>
/// <param name="Channels">1..8.</param>
/// <param name="Bits">Bits per sample, 1..32.</param>
/// <param name="Samples">Samples per channel in all; 0 when unknown.</param>
/// <param name="Md5">Of the samples, its first byte the highest; 0 when the encoder wrote none.</param>
internal readonly record struct FlacStreamInfo(int LongestBlock, int SampleRate, int Channels, int Bits, long Samples, UInt128 Md5)
{
    public const int Length = 34;

    public static FlacStreamInfo Read(ReadOnlySpan<byte> block)
    {
        var packed = BinaryPrimitives.ReadUInt64BigEndian(block[10..]);
        return new FlacStreamInfo(
            LongestBlock: BinaryPrimitives.ReadUInt16BigEndian(block[2..]),
            SampleRate: (int)(packed >> 44),
            Channels: (int)(packed >> 41 & 7) + 1,
            Bits: (int)(packed >> 36 & 31) + 1,
            Samples: (long)(packed & 0xF_FFFF_FFFF),
            Md5: BinaryPrimitives.ReadUInt128BigEndian(block[18..]));
    }
}
