using System.Buffers.Binary;
using SpeechQA.Engine.Ingest.Input;

namespace SpeechQA.Engine.Ingest.Pcap;

/// <summary>A capture as a sequence of frames, whatever the file's format.</summary>
internal abstract class CaptureFile(InputBytes input)
{
    /// <summary>Longest frame; what claims more is damaged.</summary>
    public const int LongestFrame = 256 << 10;

    protected InputBytes Input { get; } = input;

    /// <summary>The file's numbers have their highest byte first.</summary>
    protected bool BigEndian { get; set; }

    /// <summary>Room for the frame.</summary>
    protected byte[] Buffer { get; } = new byte[LongestFrame];

    /// <summary>The frame's bytes; empty when it is too broken to have any.</summary>
    public ReadOnlyMemory<byte> Frame { get; protected set; }

    public LinkType Link { get; protected set; }

    /// <summary>The capture kept only the beginning of the frame.</summary>
    public bool Cut { get; protected set; }

    /// <summary>Since 1970-01-01 UTC.</summary>
    public TimeSpan Time { get; protected set; }

    public string? Warning { get; protected set; }

    /// <summary>Goes to the next frame; false at the end, or where the structure of the file ends to make sense.</summary>
    public abstract ValueTask<bool> NextAsync(CancellationToken cancellation);

    protected uint U32(ReadOnlySpan<byte> bytes) =>
        BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    protected ushort U16(ReadOnlySpan<byte> bytes) =>
        BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    protected bool Stop(string warning)
    {
        Warning = $"{warning}; what comes before it is used";
        return false;
    }
}
