using System.Buffers.Binary;

namespace SpeechQA.Engine.Tests.Ingest.Wav;

/// <summary>Builds WAV files chunk by chunk, honest or not.</summary>
internal sealed class WavWriter
{
    private readonly List<byte> _bytes = [];

    public WavWriter(string magic = "RIFF", uint size = 0, string form = "WAVE") => Text(magic).U32(size).Text(form);

    public byte[] ToArray() => [.. _bytes];

    /// <summary>A 16-bit PCM file.</summary>
    public static byte[] Pcm16(int rate, int channels, params short[] samples) =>
        new WavWriter().Format(1, channels, rate, 16).Chunk("data", [.. samples.SelectMany(BitConverter.GetBytes)]).ToArray();

    /// <param name="size">What the header claims; the body's length when null. An odd body gets its pad byte.</param>
    /// <param name="padded">False: the writer forgot it.</param>
    public WavWriter Chunk(string id, byte[] body, uint? size = null, bool padded = true)
    {
        Text(id).U32(size ?? (uint)body.Length);
        _bytes.AddRange(body);
        if (padded && body.Length % 2 == 1) _bytes.Add(0);
        return this;
    }

    public WavWriter Format(int tag, int channels, int rate, int bits, int? frameBytes = null, byte[]? extension = null,
        int? byteRate = null)
    {
        var body = new byte[16];
        BinaryPrimitives.WriteUInt16LittleEndian(body, (ushort)tag);
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(2), (ushort)channels);
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(4), rate);
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(8), byteRate ?? rate * channels * bits / 8);
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(12), (ushort)(frameBytes ?? channels * bits / 8));
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(14), (ushort)bits);
        return Chunk("fmt ", [.. body, .. extension ?? []]);
    }

    /// <summary>WAVE_FORMAT_EXTENSIBLE around a format tag.</summary>
    public WavWriter Extensible(int tag, int channels, int rate, int bits) => Format(0xFFFE, channels, rate, bits, extension:
        [22, 0, (byte)bits, 0, 3, 0, 0, 0, (byte)tag, (byte)(tag >> 8), 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]);

    public WavWriter Ds64(long dataBytes)
    {
        var body = new byte[28];
        BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(8), dataBytes);
        return Chunk("ds64", body);
    }

    private WavWriter Text(string text)
    {
        _bytes.AddRange(text.Select(c => (byte)c));
        return this;
    }

    private WavWriter U32(uint value)
    {
        _bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }
}
