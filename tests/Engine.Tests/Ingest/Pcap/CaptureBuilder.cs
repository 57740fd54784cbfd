namespace SpeechQA.Engine.Tests.Ingest.Pcap;

/// <summary>Numbers in one byte order, and the captures made of them; whoever wants a lie says so.</summary>
internal abstract class CaptureBuilder(bool bigEndian)
{
    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    protected void Put(params byte[] bytes) => _bytes.AddRange(bytes);

    protected byte[] U16(int value) => Ordered(BitConverter.GetBytes((ushort)value));

    protected byte[] U32(long value) => Ordered(BitConverter.GetBytes((uint)value));

    protected byte[] U64(long value) => Ordered(BitConverter.GetBytes(value));

    private byte[] Ordered(byte[] little) => bigEndian ? [.. little.Reverse()] : little;
}

internal sealed class PcapBuilder : CaptureBuilder
{
    public PcapBuilder(bool bigEndian = false, bool nanoseconds = false, int link = 1) : base(bigEndian) =>
        Put([.. U32(nanoseconds ? 0xA1B23C4D : 0xA1B2C3D4), .. U16(2), .. U16(4), .. new byte[8], .. U32(65_535), .. U32(link)]);

    public PcapBuilder Frame(byte[] data, long seconds = 0, int fraction = 0, long? kept = null, long? original = null)
    {
        Put([.. U32(seconds), .. U32(fraction), .. U32(kept ?? data.Length), .. U32(original ?? data.Length), .. data]);
        return this;
    }
}

internal sealed class PcapNgBuilder : CaptureBuilder
{
    public PcapNgBuilder(bool bigEndian = false) : base(bigEndian) => Section();

    public PcapNgBuilder Section() => Block(0x0A0D0D0A, [.. U32(0x1A2B3C4D), .. U16(1), .. U16(0), .. U64(-1)]);

    public PcapNgBuilder Append(PcapNgBuilder other)
    {
        Put(other.ToArray());
        return this;
    }

    public PcapNgBuilder Interface(int link = 1, int snapLength = 0, byte? resolution = null, long? offset = null) => Block(1,
    [
        .. U16(link), 0, 0, .. U32(snapLength), .. U16(2), .. U16(5), .. "eth0\0\0\0\0"u8,
        .. resolution is { } r ? [.. U16(9), .. U16(1), r, 0, 0, 0] : Array.Empty<byte>(),
        .. offset is { } o ? [.. U16(14), .. U16(8), .. U64(o)] : Array.Empty<byte>(),
        0, 0, 0, 0,
    ]);

    public PcapNgBuilder Enhanced(byte[] data, ulong stamp = 0, int from = 0, long? kept = null, long? original = null) => Block(6,
    [
        .. U32(from), .. U32((long)(stamp >> 32)), .. U32((long)(stamp & uint.MaxValue)),
        .. U32(kept ?? data.Length), .. U32(original ?? data.Length), .. Padded(data), .. U16(1), .. U16(4), .. "note"u8, 0, 0, 0, 0,
    ]);

    public PcapNgBuilder Obsolete(byte[] data, int from = 0) =>
        Block(2, [.. U16(from), 0, 0, .. new byte[8], .. U32(data.Length), .. U32(data.Length), .. Padded(data)]);

    public PcapNgBuilder Simple(byte[] data, long? original = null) => Block(3, [.. U32(original ?? data.Length), .. Padded(data)]);

    public PcapNgBuilder Block(uint type, byte[] body, long? length = null, long? lengthAgain = null)
    {
        Put([.. U32(type), .. U32(length ?? body.Length + 12), .. body, .. U32(lengthAgain ?? length ?? body.Length + 12)]);
        return this;
    }

    private static byte[] Padded(byte[] data) => [.. data, .. new byte[-data.Length & 3]];
}
