using System.Buffers.Binary;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Input;

namespace SpeechQA.Engine.Ingest.Wav;

/// <summary>
/// Everything before the samples of a WAV: RIFF/WAVE, or RF64 (EBU Tech 3306, also spelt BW64) with its 64-bit sizes.
/// Chunks that say nothing about the samples are passed over without keeping them.
/// </summary>
/// <param name="DataBytes">Bytes of samples that the header promises, or null when the writer did not know.</param>
/// <param name="Warnings">Where it contradicts itself, and what was assumed.</param>
internal sealed record WavHeader(WavFormat Format, long? DataBytes, IReadOnlyList<SoundWarning> Warnings)
{
    /// <summary>What may come before the samples; an endless stream of other chunks is no recording.</summary>
    private const long MostBytesBefore = 256L << 20;

    /// <summary>
    /// Sizes from here on are what programs write that cannot go back to fill them in (sox 0x7FFFF000, ffmpeg 0xFFFFFFFF).
    /// </summary>
    private const uint Unknown = 0x7FFF_F000;

    private const int Ds64Bytes = 28;

    /// <summary>Reads up to the first sample.</summary>
    /// <exception cref="BadInputException">No WAV, a damaged one, or a format that is not supported.</exception>
    public static async ValueTask<WavHeader> ReadAsync(InputBytes input, CancellationToken cancellation = default)
    {
        var buffer = new byte[WavFormat.LongestChunk];
        var wide = IsWide(buffer.AsSpan(0, await input.ReadAsync(buffer.AsMemory(0, 12), cancellation).ConfigureAwait(false)), input.Name);
        var chunks = new WavChunks(input);
        var found = new Found();
        long before = 0;
        while (true)
        {
            if (!await chunks.NextAsync(cancellation).ConfigureAwait(false))
                throw NoAudio(input.Name, found.Format is null ? "no format chunk" : "no data chunk");
            if (chunks.Id == WavChunks.IdOf("data")) return Complete(found, chunks, input.Name);
            await found.ReadAsync(chunks, buffer, wide, input.Name, cancellation).ConfigureAwait(false);
            before += WavChunks.HeaderBytes + (long)chunks.Size;
            if (before > MostBytesBefore) throw NoAudio(input.Name, $"no samples in the first {MostBytesBefore >> 20} MiB");
            await chunks.SkipAsync(cancellation).ConfigureAwait(false);
        }
    }

    public static BadInputException NoAudio(string name, string why) =>
        new($"{name}: no audio in this WAV ({why})", "record or export it again");

    /// <summary>What the chunks before the samples said.</summary>
    private sealed class Found
    {
        public WavFormat? Format { get; private set; }
        public List<string> Faults { get; } = [];
        public long? WideData { get; private set; }
        public uint Fact { get; private set; }

        public async ValueTask ReadAsync(WavChunks chunks, byte[] buffer, bool wide, string name, CancellationToken cancellation)
        {
            if (chunks.Id == WavChunks.IdOf("fmt "))
            {
                var read = await chunks.ReadAsync(buffer, cancellation).ConfigureAwait(false);
                Format = WavFormat.Read(buffer.AsSpan(0, read), name, Faults);
            }
            else if (chunks.Id == WavChunks.IdOf("ds64") && wide)
            {
                if (await chunks.ReadAsync(buffer.AsMemory(0, Ds64Bytes), cancellation).ConfigureAwait(false) == Ds64Bytes)
                    WideData = BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(8));
            }
            else if (chunks.Id == WavChunks.IdOf("fact"))
            {
                if (await chunks.ReadAsync(buffer.AsMemory(0, 4), cancellation).ConfigureAwait(false) == 4)
                    Fact = BinaryPrimitives.ReadUInt32LittleEndian(buffer);
            }
        }
    }

    private static WavHeader Complete(Found found, WavChunks chunks, string name)
    {
        var format = found.Format ?? throw NoAudio(name, "no format chunk before the samples");
        var bytes = Promised(chunks.Size, found.WideData);
        // Some count the samples of each channel, some those of all; a stream's writer does not know them yet.
        if (bytes is { } known && found.Fact is not (0 or uint.MaxValue) && known / format.FrameBytes is var frames
            && found.Fact != frames && found.Fact != frames * format.Channels)
            found.Faults.Add($"the fact chunk says {found.Fact} samples, the data chunk holds {frames}: the latter counts");
        if (chunks.Fault is { } fault) found.Faults.Add(fault);
        return new WavHeader(format, bytes, [.. found.Faults.Select(f =>
            SoundWarning.OfSource(SoundWarningKind.Header, $"the header contradicts itself: {f}",
                "check the program that writes the recording"))]);
    }

    private static bool IsWide(ReadOnlySpan<byte> start, string name)
    {
        if (start.IsEmpty) throw new BadInputException($"{name}: empty", "give a WAV or FLAC recording");
        if (start is [(byte)'R', (byte)'I', (byte)'F', (byte)'X', ..])
            throw new BadInputException($"{name}: big-endian WAV (RIFX)",
                "convert it, for example: ffmpeg -i in.wav -c:a pcm_s16le out.wav");
        var magic = start.Length < 12 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(start);
        if (magic != WavChunks.IdOf("RIFF") && magic != WavChunks.IdOf("RF64") && magic != WavChunks.IdOf("BW64"))
            throw new BadInputException($"{name}: not a WAV file", "give a WAV or FLAC recording");
        if (BinaryPrimitives.ReadUInt32BigEndian(start[8..]) != WavChunks.IdOf("WAVE"))
            throw new BadInputException($"{name}: a RIFF file, but not WAVE", "give a WAV or FLAC recording");
        return magic != WavChunks.IdOf("RIFF");
    }

    private static long? Promised(uint size, long? wideData) =>
        size == uint.MaxValue && wideData > 0 ? wideData : size is 0 or >= Unknown ? null : size;
}
