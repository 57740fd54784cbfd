using System.Buffers.Binary;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Ingest.Wav;

/// <summary>How the samples of a WAV are stored.</summary>
internal enum WavEncoding { Unsigned8, Signed16, Signed24, Signed32, Float32, MuLaw, ALaw }

/// <summary>The fmt chunk of a WAV that is supported.</summary>
/// <param name="SampleRate">Samples per second, 8000..48000.</param>
/// <param name="Channels">1 or 2.</param>
internal readonly record struct WavFormat(WavEncoding Encoding, int SampleRate, int Channels)
{
    /// <summary>Bytes of the chunk that say something here; what is longer is passed over.</summary>
    public const int LongestChunk = 40;

    private const int ShortestChunk = 16;
    private const int Extensible = 0xFFFE;

    public int FrameBytes => Channels * Encoding switch
    {
        WavEncoding.Signed16 => 2,
        WavEncoding.Signed24 => 3,
        WavEncoding.Signed32 or WavEncoding.Float32 => 4,
        _ => 1,
    };

    /// <summary>The end of every sub-format identifier that stands for a format tag (KSDATAFORMAT_SUBTYPE_*).</summary>
    private static ReadOnlySpan<byte> SubFormatEnd => [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <param name="faults">Gets what contradicts the format and can be made up for.</param>
    /// <exception cref="BadInputException">Damaged, or a format that is not supported.</exception>
    public static WavFormat Read(ReadOnlySpan<byte> chunk, string name, List<string> faults)
    {
        if (chunk.Length < ShortestChunk)
            throw new BadInputException($"{name}: the format chunk has {chunk.Length} bytes instead of {ShortestChunk}",
                "record or export it again");
        var tag = (int)BinaryPrimitives.ReadUInt16LittleEndian(chunk);
        var channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        var byteRate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[8..]);
        var frameBytes = BinaryPrimitives.ReadUInt16LittleEndian(chunk[12..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        if (tag == Extensible && chunk.Length >= LongestChunk && chunk[26..40].SequenceEqual(SubFormatEnd))
            tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..]);

        var encoding = EncodingOf(tag, bits, name);
        if (channels is not (1 or 2))
            throw new BadInputException($"{name}: {channels} channels", "give a recording with one channel, or with one channel per party");
        if (rate is < 8_000 or > 48_000)
            throw new BadInputException($"{name}: {rate} Hz", "resample it to 8000..48000 Hz");
        var format = new WavFormat(encoding, (int)rate, channels);
        // Writers that do not count the channels, or leave it out, are frequent; any other size means other samples.
        if (frameBytes == 0 || frameBytes * channels == format.FrameBytes && channels > 1)
            faults.Add($"{frameBytes} bytes per frame, {channels} x {bits} bits are {format.FrameBytes}: the latter counts");
        else if (frameBytes != format.FrameBytes)
            throw new BadInputException($"{name}: the header says {frameBytes} bytes per frame, {channels} x {bits} bits are "
                + $"{format.FrameBytes}", "export it again");
        if (byteRate != 0 && byteRate != format.FrameBytes * rate)
            faults.Add($"{byteRate} bytes per second, {rate} Hz x {format.FrameBytes} bytes are {format.FrameBytes * rate}: "
                + "the latter counts");
        return format;
    }

    private static WavEncoding EncodingOf(int tag, int bits, string name) => (tag, bits) switch
    {
        (1, 8) => WavEncoding.Unsigned8,
        (1, 16) => WavEncoding.Signed16,
        (1, 24) => WavEncoding.Signed24,
        (1, 32) => WavEncoding.Signed32,
        (3, 32) => WavEncoding.Float32,
        (6, 8) => WavEncoding.ALaw,
        (7, 8) => WavEncoding.MuLaw,
        (1 or 3 or 6 or 7, _) => throw new BadInputException($"{name}: {bits}-bit {NameOf(tag)}", "convert it to 16-bit PCM"),
        _ => throw new BadInputException($"{name}: {NameOf(tag)} in WAV",
            "convert it to 16-bit PCM, for example: ffmpeg -i in.wav -c:a pcm_s16le out.wav"),
    };

    private static string NameOf(int tag) => tag switch
    {
        1 => "PCM",
        2 or 0x11 => "ADPCM",
        3 => "floating point",
        6 => "A-law",
        7 => "mu-law",
        0x31 => "GSM 6.10",
        0x40 or 0x45 or 0x64 => "G.726",
        0x50 => "MPEG audio",
        0x55 => "MP3",
        0x83 or 0x133 => "G.729",
        0xFF or 0x1610 => "AAC",
        Extensible => "an unknown extensible format",
        _ => $"format 0x{tag:X4}",
    };
}
