using System.Buffers.Binary;

namespace SpeechQA.Engine.Ingest.Wav;

/// <summary>
/// Everything before the samples of a WAV: RIFF/WAVE, or RF64 (EBU Tech 3306, also spelt BW64) with its 64-bit sizes.
/// Chunks that say nothing about the samples are passed over without keeping them.
/// </summary>
/// <param name="DataBytes">Bytes of samples that the header promises, or null when the writer did not know.</param>
internal readonly record struct WavHeader(WavFormat Format, long? DataBytes)
{
    /// <summary>What may come before the samples; an endless stream of other chunks is no recording.</summary>
    private const long MostBytesBefore = 256L << 20;

    /// <summary>Sizes from here on are what programs write that cannot go back to fill them in (sox 0x7FFFF000, ffmpeg 0xFFFFFFFF).</summary>
    private const uint Unknown = 0x7FFF_F000;

    private const int Ds64Bytes = 28;

    /// <summary>Reads up to the first sample.</summary>
    /// <exception cref="BadInputException">No WAV, a damaged one, or a format that is not supported.</exception>
    public static async ValueTask<WavHeader> ReadAsync(InputBytes input, CancellationToken cancellation = default)
    {
        var buffer = new byte[WavFormat.LongestChunk];
        var wide = IsWide(buffer.AsSpan(0, await input.ReadAsync(buffer.AsMemory(0, 12), cancellation).ConfigureAwait(false)), input.Name);
        WavFormat? format = null;
        long? wideData = null;
        long before = 0;
        while (true)
        {
            if (await input.ReadAsync(buffer.AsMemory(0, 8), cancellation).ConfigureAwait(false) < 8)
                throw NoAudio(input.Name, format is null ? "no format chunk" : "no data chunk");
            var id = BinaryPrimitives.ReadUInt32BigEndian(buffer);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(4));
            if (id == Id("data"))
                return new WavHeader(format ?? throw NoAudio(input.Name, "no format chunk before the samples"), Promised(size, wideData));

            var wanted = id == Id("fmt ") ? WavFormat.LongestChunk : id == Id("ds64") && wide ? Ds64Bytes : 0;
            var read = await input.ReadAsync(buffer.AsMemory(0, (int)Math.Min(size, wanted)), cancellation).ConfigureAwait(false);
            if (id == Id("fmt ")) format = WavFormat.Read(buffer.AsSpan(0, read), input.Name);
            else if (read == Ds64Bytes) wideData = BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(8));
            before += 8L + size;
            if (before > MostBytesBefore) throw NoAudio(input.Name, $"no samples in the first {MostBytesBefore >> 20} MiB");
            // An odd chunk is followed by a byte that its size does not count.
            await input.SkipAsync((long)size + (size & 1) - read, cancellation).ConfigureAwait(false);
        }
    }

    public static BadInputException NoAudio(string name, string why) =>
        new($"{name}: no audio in this WAV ({why})", "record or export it again");

    private static bool IsWide(ReadOnlySpan<byte> start, string name)
    {
        if (start.IsEmpty) throw new BadInputException($"{name}: empty", "give a WAV or FLAC recording");
        if (start is [(byte)'R', (byte)'I', (byte)'F', (byte)'X', ..])
            throw new BadInputException($"{name}: big-endian WAV (RIFX)", "convert it, for example: ffmpeg -i in.wav -c:a pcm_s16le out.wav");
        var magic = start.Length < 12 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(start);
        if (magic != Id("RIFF") && magic != Id("RF64") && magic != Id("BW64"))
            throw new BadInputException($"{name}: not a WAV file", "give a WAV or FLAC recording");
        if (BinaryPrimitives.ReadUInt32BigEndian(start[8..]) != Id("WAVE"))
            throw new BadInputException($"{name}: a RIFF file, but not WAVE", "give a WAV or FLAC recording");
        return magic != Id("RIFF");
    }

    private static long? Promised(uint size, long? wideData) =>
        size == uint.MaxValue && wideData > 0 ? wideData : size is 0 or >= Unknown ? null : size;

    private static uint Id(string id) => (uint)(id[0] << 24 | id[1] << 16 | id[2] << 8 | id[3]);
}
