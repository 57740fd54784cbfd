using System.Buffers.Binary;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Flac;
using SpeechQA.Engine.Ingest.Input;
using SpeechQA.Engine.Ingest.Pcap;
using SpeechQA.Engine.Ingest.Wav;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Ingest;

/// <summary>Opens recordings; what they are is decided by their first bytes, never by their name.</summary>
public static class Recordings
{
    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = InputFile.StandardInput;

    private const string Convert = "convert it, for example: ffmpeg -i in -c:a pcm_s16le out.wav";

    /// <param name="path">A file, or <see cref="StandardInput"/>.</param>
    /// <exception cref="BadInputException">Missing, unreadable, or no recording that is supported.</exception>
    public static ValueTask<IRecording> OpenAsync(string path, CancellationToken cancellation = default) =>
        OpenAsync(InputFile.Open(path), InputFile.NameOf(path), cancellation);

    /// <param name="stream">Read once from front to back; disposed with the recording, or at once when this fails.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="BadInputException">No recording that is supported.</exception>
    public static async ValueTask<IRecording> OpenAsync(Stream stream, string name, CancellationToken cancellation = default)
    {
        var input = new InputBytes(stream, name);
        try
        {
            var start = new byte[8];
            var count = await input.PeekAsync(start, cancellation).ConfigureAwait(false);
            if (start.AsSpan(0, count).StartsWith("fLaC"u8))
                return await FlacRecording.OpenAsync(input, cancellation).ConfigureAwait(false);
            if (count == start.Length && Foreign(start) is (var what, var remedy)) throw new BadInputException($"{name}: {what}", remedy);
            return await WavRecording.OpenAsync(input, cancellation).ConfigureAwait(false);
        }
        catch
        {
            await input.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Formats that are known but not read here.</summary>
    private static (string What, string Remedy)? Foreign(ReadOnlySpan<byte> start) => BinaryPrimitives.ReadUInt32BigEndian(start) switch
    {
        >= 0x49443300 and <= 0x494433FF => ("an MP3 file (ID3 tag)", Convert),
        >= 0xFFF20000 and <= 0xFFF3FFFF or >= 0xFFFA0000 and <= 0xFFFBFFFF or >= 0xFFE20000 and <= 0xFFE3FFFF => ("an MP3 file", Convert),
        >= 0xFFF00000 and <= 0xFFF1FFFF or >= 0xFFF80000 and <= 0xFFF9FFFF => ("an AAC file", Convert),
        _ when start[4..].SequenceEqual("ftyp"u8) => ("an MP4 or M4A file", Convert),
        0x4F676753 => ("an Ogg file", Convert),
        0x1A45DFA3 => ("a WebM or Matroska file", Convert),
        0x464F524D => ("an AIFF file", Convert),
        0x2E736E64 => ("a Sun .au file", Convert),
        0x2321414D => ("an AMR file", Convert),
        0x3026B275 => ("a Windows Media file", Convert),
        _ when CaptureReader.IsCapture(start) => ("a packet capture where a recording is due", "write it to a file and give its path"),
        >= 0x1F8B0000 and <= 0x1F8BFFFF => ("a gzip file", "unpack it first"),
        0x504B0304 => ("a zip file", "unpack it first"),
        _ => null,
    };
}
