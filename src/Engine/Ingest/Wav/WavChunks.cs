using System.Buffers.Binary;
using SpeechQA.Engine.Ingest.Input;

namespace SpeechQA.Engine.Ingest.Wav;

/// <summary>
/// Goes from chunk to chunk of a RIFF file whose writer may have forgotten the pad byte after an odd chunk, or given a chunk a
/// size that is too small. What had to be made up for stands in <see cref="Fault"/>.
/// </summary>
internal sealed class WavChunks(InputBytes input)
{
    public const int HeaderBytes = 8;

    /// <summary>How far a chunk is looked for behind one whose size lies.</summary>
    private const int FarthestLook = 64 << 10;

    private const int LookBytes = 4 << 10;

    private readonly byte[] _header = new byte[HeaderBytes];
    private long _left;

    /// <summary>Four characters, the first in the highest byte.</summary>
    public uint Id { get; private set; }

    /// <summary>Bytes of the body that the chunk claims.</summary>
    public uint Size { get; private set; }

    /// <summary>What was wrong with the sizes without making the file useless, or null.</summary>
    public string? Fault { get; private set; }

    public static uint IdOf(string id) => (uint)(id[0] << 24 | id[1] << 16 | id[2] << 8 | id[3]);

    /// <summary>The identifier as text.</summary>
    public static string NameOf(uint id) =>
        new string([(char)(id >> 24), (char)(id >> 16 & 0xFF), (char)(id >> 8 & 0xFF), (char)(id & 0xFF)]).Trim();

    /// <summary>Whether bytes can be the beginning of a chunk of a WAV.</summary>
    /// <param name="bytes">At least <see cref="HeaderBytes"/>.</param>
    /// <param name="left">Bytes after them in the file; null when that is not known.</param>
    public static bool IsChunk(ReadOnlySpan<byte> bytes, long? left)
    {
        if (bytes.Length < HeaderBytes) return false;
        if (IsKnown(BinaryPrimitives.ReadUInt32BigEndian(bytes))) return true;
        // Samples can look like four letters; that the four after them are a size that fits is another matter.
        foreach (var letter in bytes[..4])
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter != ' ') return false;
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) <= (left + 1 ?? 64 << 20);
    }

    /// <summary>Goes to the next chunk; false at the end, and where no chunk is to be found.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken cancellation)
    {
        var count = await input.PeekAsync(_header, cancellation).ConfigureAwait(false);
        if (count < HeaderBytes) return false;
        if (!IsReadable(_header) && !await FindAsync(cancellation).ConfigureAwait(false)) return false;
        await input.ReadAsync(_header, cancellation).ConfigureAwait(false);
        Id = BinaryPrimitives.ReadUInt32BigEndian(_header);
        Size = BinaryPrimitives.ReadUInt32LittleEndian(_header.AsSpan(4));
        _left = Size;
        return true;
    }

    /// <summary>The first bytes of the chunk's body.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellation)
    {
        var read = await input.ReadAsync(into[..(int)Math.Min(into.Length, _left)], cancellation).ConfigureAwait(false);
        _left -= read;
        return read;
    }

    /// <summary>Passes over the rest of the chunk, and over the byte that follows one of an odd size and is not counted.</summary>
    public async ValueTask SkipAsync(CancellationToken cancellation)
    {
        await input.SkipAsync(_left, cancellation).ConfigureAwait(false);
        _left = 0;
        if ((Size & 1) == 0) return;
        var next = new byte[1 + HeaderBytes];
        var count = await input.PeekAsync(next, cancellation).ConfigureAwait(false);
        if (count >= HeaderBytes && !IsPadded(next.AsSpan(0, count)))
            Fault ??= $"the chunk '{NameOf(Id)}' has an odd size and no pad byte";
        else
            await input.SkipAsync(1, cancellation).ConfigureAwait(false);
    }

    private static bool IsPadded(ReadOnlySpan<byte> next)
    {
        if (IsKnown(BinaryPrimitives.ReadUInt32BigEndian(next))) return false;
        return next[0] == 0 || IsKnown(BinaryPrimitives.ReadUInt32BigEndian(next[1..])) || !IsReadable(next);
    }

    private static bool IsKnown(uint id) => NameOf(id) is "fmt" or "data" or "fact" or "LIST" or "bext" or "JUNK" or "junk" or "PAD"
        or "id3"
        or "ID3" or "cue" or "iXML" or "axml" or "chna" or "ds64" or "PEAK" or "smpl" or "inst" or "afsp" or "DISP" or "minf" or "elm1"
        or "regn" or "umid" or "_PMX" or "RIFF" or "RF64" or "BW64";

    private static bool IsReadable(ReadOnlySpan<byte> id)
    {
        foreach (var letter in id[..4])
            if (letter is < 0x20 or > 0x7E) return false;
        return true;
    }

    /// <summary>Looks on for a chunk that matters, behind one that said too small a size.</summary>
    private async ValueTask<bool> FindAsync(CancellationToken cancellation)
    {
        var look = new byte[LookBytes];
        for (var passed = 0; passed < FarthestLook;)
        {
            var count = await input.PeekAsync(look, cancellation).ConfigureAwait(false);
            var at = Find(look.AsSpan(0, count));
            if (at < 0 && count < LookBytes) return false;
            var step = at < 0 ? count - HeaderBytes : at;
            await input.SkipAsync(step, cancellation).ConfigureAwait(false);
            passed += step;
            if (at < 0) continue;
            Fault ??= Id == 0 ? $"{passed} bytes stand before the first chunk"
                : $"the chunk '{NameOf(Id)}' is {passed} bytes longer than it says";
            await input.PeekAsync(_header, cancellation).ConfigureAwait(false);
            return true;
        }
        return false;
    }

    private static int Find(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at + HeaderBytes <= bytes.Length; at++)
            if (bytes[at..].StartsWith("fmt "u8) || bytes[at..].StartsWith("data"u8)) return at;
        return -1;
    }
}
