using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Input;

namespace SpeechQA.Engine.Ingest.Flac;

/// <summary>The metadata blocks before the first frame, RFC 9639 section 8: STREAMINFO is read, all others are passed over.</summary>
internal static class FlacMetadata
{
    private const int StreamInfoType = 0;
    private const int InvalidType = 127;

    /// <exception cref="BadInputException">Not FLAC, or a form of it that is not supported.</exception>
    public static async ValueTask<FlacStreamInfo> ReadAsync(InputBytes input, CancellationToken cancellation)
    {
        var header = new byte[4];
        if (await input.ReadAsync(header, cancellation).ConfigureAwait(false) < 4 || !header.AsSpan().SequenceEqual("fLaC"u8))
            throw new BadInputException($"{input.Name}: not a FLAC file", "give a WAV or FLAC recording");

        FlacStreamInfo? stream = null;
        bool last;
        do
        {
            if (await input.ReadAsync(header, cancellation).ConfigureAwait(false) < 4) throw CutShort(input);
            last = (header[0] & 0x80) != 0;
            var type = header[0] & 0x7F;
            var length = header[1] << 16 | header[2] << 8 | header[3];
            if (type == InvalidType || (stream is null) != (type == StreamInfoType) || (stream is null && length < FlacStreamInfo.Length))
                throw new BadInputException($"{input.Name}: damaged FLAC header", "record or copy it again");
            if (stream is null)
            {
                var block = new byte[FlacStreamInfo.Length];
                length -= await input.ReadAsync(block, cancellation).ConfigureAwait(false);
                stream = FlacStreamInfo.Read(block);
            }
            if (await input.SkipAsync(length, cancellation).ConfigureAwait(false) < length) throw CutShort(input);
        }
        while (!last);
        return Checked(stream.Value, input.Name);
    }

    private static FlacStreamInfo Checked(in FlacStreamInfo stream, string name)
    {
        if (stream.Channels > 2)
            throw new BadInputException($"{name}: {stream.Channels} channels",
                "give a recording with one channel, or with one channel per party");
        if (stream.SampleRate is < 8_000 or > 48_000)
            throw new BadInputException($"{name}: {stream.SampleRate} Hz", "resample it to 8000..48000 Hz");
        if (stream.Bits is < 8 or > 24)
            throw new BadInputException($"{name}: {stream.Bits} bits per sample", "convert it to 16-bit FLAC or WAV");
        if (stream.LongestBlock < 16)
            throw new BadInputException($"{name}: damaged FLAC header", "record or copy it again");
        return stream;
    }

    private static BadInputException CutShort(InputBytes input) =>
        new($"{input.Name}: the FLAC file ends within its header", "record or copy it again");
}
