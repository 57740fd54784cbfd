namespace SpeechQA.Engine.Ingest.Flac;

/// <summary>The checksums of frame header (x^8 + x^2 + x + 1) and frame (x^16 + x^15 + x^2 + 1), RFC 9639 sections 9.1.8 and 9.3.</summary>
internal static class FlacCrc
{
    private static readonly ushort[] Table8 = Table(0x07, 8);
    private static readonly ushort[] Table16 = Table(0x8005, 16);

    public static byte Crc8(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var b in bytes) crc = Table8[crc ^ b];
        return (byte)crc;
    }

    public static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var b in bytes) crc = (crc << 8 & 0xFF00) ^ Table16[crc >> 8 ^ b];
        return (ushort)crc;
    }

    private static ushort[] Table(int polynomial, int width)
    {
        var table = new ushort[256];
        for (var i = 0; i < table.Length; i++)
        {
            var crc = i << (width - 8);
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> (width - 1) & 1) != 0 ? crc << 1 ^ polynomial : crc << 1;
            table[i] = (ushort)(crc & (1 << width) - 1);
        }
        return table;
    }
}
