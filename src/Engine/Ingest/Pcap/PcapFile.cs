using System.Buffers.Binary;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Input;

namespace SpeechQA.Engine.Ingest.Pcap;

/// <summary>
/// The classic format of libpcap (draft-ietf-opsawg-pcap): a header of 24 bytes, then frames of 16 bytes of header and
/// their data; micro- or nanoseconds, both byte orders.
/// </summary>
internal sealed class PcapFile : CaptureFile
{
    private const uint Microseconds = 0xA1B2C3D4;
    private const uint Nanoseconds = 0xA1B23C4D;
    private const int FileHeader = 24;
    private const int FrameHeader = 16;

    private readonly byte[] _header = new byte[FileHeader];
    private bool _nanoseconds;
    private long _frames;

    private PcapFile(InputBytes input) : base(input)
    {
    }

    public static bool IsMagic(ReadOnlySpan<byte> start) =>
        BinaryPrimitives.ReadUInt32BigEndian(start) is Microseconds or Nanoseconds ||
        BinaryPrimitives.ReadUInt32LittleEndian(start) is Microseconds or Nanoseconds;

    /// <exception cref="BadInputException">Cut within its header, or a link that is not supported.</exception>
    public static async ValueTask<PcapFile> OpenAsync(InputBytes input, CancellationToken cancellation)
    {
        var file = new PcapFile(input);
        if (await input.ReadAsync(file._header, cancellation).ConfigureAwait(false) < FileHeader)
            throw new BadInputException($"{input.Name}: the capture ends within its header", "capture or copy it again");
        file.ReadHeader();
        return file;
    }

    public override async ValueTask<bool> NextAsync(CancellationToken cancellation)
    {
        var read = await Input.ReadAsync(_header.AsMemory(0, FrameHeader), cancellation).ConfigureAwait(false);
        if (read == 0) return false;
        _frames++;
        if (read < FrameHeader) return Stop($"the capture ends within frame {_frames}");
        var fraction = U32(_header.AsSpan(4));
        var kept = U32(_header.AsSpan(8));
        if (kept > LongestFrame) return Stop($"frame {_frames} claims {kept} bytes: the capture is damaged there");
        var data = Buffer.AsMemory(0, (int)kept);
        if (await Input.ReadAsync(data, cancellation).ConfigureAwait(false) < kept) return Stop($"the capture ends within frame {_frames}");
        Frame = data;
        Cut = U32(_header.AsSpan(12)) > kept;
        Time = new TimeSpan(U32(_header) * TimeSpan.TicksPerSecond + (_nanoseconds ? fraction / 100 : fraction * 10L));
        return true;
    }

    private void ReadHeader()
    {
        BigEndian = _header[0] == Microseconds >> 24;
        _nanoseconds = U32(_header) == Nanoseconds;
        // The upper bits say whether frames carry a checksum at their end, which IP's own lengths leave out.
        Link = (LinkType)(U32(_header.AsSpan(20)) & 0xFFFF);
        if (!CapturedFrame.Supports(Link))
            throw new BadInputException($"{Input.Name}: link type {(int)Link} is not supported",
                "capture on an Ethernet interface or on \"any\"");
    }
}
