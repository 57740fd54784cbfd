using System.Buffers.Binary;
using SpeechQA.Engine.Ingest.Input;

namespace SpeechQA.Engine.Ingest.Pcap;

/// <summary>
/// pcapng (draft-ietf-opsawg-pcapng): blocks of type, length, body and the length again. Sections, interfaces and the three
/// kinds of packet blocks are read, all others passed over; both byte orders, which may change from section to section.
/// </summary>
internal sealed class PcapNgFile(InputBytes input) : CaptureFile(input)
{
    public const uint SectionBlock = 0x0A0D0D0A;

    private const uint InterfaceBlock = 1;
    private const uint ObsoletePacketBlock = 2;
    private const uint SimplePacketBlock = 3;
    private const uint EnhancedPacketBlock = 6;

    private const uint LongestBlock = 16 << 20;
    private const int MostInterfaces = 1024;
    private const int BlockFrame = 12;      // type, length, length
    private const int PacketHeader = 20;    // of enhanced and obsolete packet blocks

    private readonly List<PcapNgInterface> _interfaces = [];
    private readonly byte[] _header = new byte[PacketHeader];
    private long _blocks;

    public override async ValueTask<bool> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var read = await Input.ReadAsync(_header.AsMemory(0, 8), cancellation).ConfigureAwait(false);
            if (read == 0) return false;
            _blocks++;
            if (read < 8) return Ended();
            var type = U32(_header);
            var taken = 0;
            if (type == SectionBlock)
            {
                // Its length can only be read once its byte order is known.
                taken = await Input.ReadAsync(_header.AsMemory(8, 8), cancellation).ConfigureAwait(false);
                if (taken < 8) return Ended();
                if (!BeginSection()) return Stop($"block {_blocks} is no section that can be read");
            }
            var length = U32(_header.AsSpan(4));
            if (length < BlockFrame + taken || length > LongestBlock || length % 4 != 0)
                return Stop($"block {_blocks} claims {length} bytes: the capture is damaged there");

            var body = (int)length - BlockFrame;
            taken += await ReadBodyAsync(type, body, cancellation).ConfigureAwait(false);
            await Input.SkipAsync(body - taken, cancellation).ConfigureAwait(false);
            if (await Input.ReadAsync(_header.AsMemory(0, 4), cancellation).ConfigureAwait(false) < 4) return Ended();
            if (U32(_header) != length) return Stop($"the two lengths of block {_blocks} differ: the capture is damaged there");
            if (_interfaces.Count > MostInterfaces) return Stop($"block {_blocks} is interface {_interfaces.Count}");
            if (type is EnhancedPacketBlock or ObsoletePacketBlock or SimplePacketBlock) return true;
        }
    }

    /// <summary>Answers how many bytes of the body it took.</summary>
    private ValueTask<int> ReadBodyAsync(uint type, int body, CancellationToken cancellation) => type switch
    {
        InterfaceBlock => ReadInterfaceAsync(body, cancellation),
        EnhancedPacketBlock => ReadPacketAsync(body, obsolete: false, cancellation),
        ObsoletePacketBlock => ReadPacketAsync(body, obsolete: true, cancellation),
        SimplePacketBlock => ReadSimplePacketAsync(body, cancellation),
        _ => new ValueTask<int>(0),
    };

    private bool Ended() => Stop($"the capture ends within block {_blocks}");

    private bool BeginSection()
    {
        _interfaces.Clear();
        BigEndian = _header[8] == 0x1A;
        return U32(_header.AsSpan(8)) == 0x1A2B3C4D && U16(_header.AsSpan(12)) == 1;
    }

    private async ValueTask<int> ReadInterfaceAsync(int body, CancellationToken cancellation)
    {
        var block = Buffer.AsMemory(0, Math.Min(body, LongestFrame));
        var read = await Input.ReadAsync(block, cancellation).ConfigureAwait(false);
        // One that cannot be read keeps its number, so that the others keep theirs.
        _interfaces.Add(read < 8 ? new PcapNgInterface(LinkType.None, 0) : InterfaceOf(block.Span[..read]));
        return read;
    }

    private PcapNgInterface InterfaceOf(ReadOnlySpan<byte> block)
    {
        var result = new PcapNgInterface((LinkType)U16(block), U32(block[4..]));
        for (var options = block[8..]; options.Length >= 4;)
        {
            var code = U16(options);
            var length = U16(options[2..]);
            var value = options[4..];
            if (code == 0 || length > value.Length) break;
            if (code == 9 && length >= 1) result = result with { Resolution = value[0] };
            if (code == 14 && length >= 8)
                result = result with
                {
                    OffsetSeconds = BigEndian
                        ? BinaryPrimitives.ReadInt64BigEndian(value)
                        : BinaryPrimitives.ReadInt64LittleEndian(value),
                };
            options = value[Math.Min((length + 3) / 4 * 4, value.Length)..];
        }
        return result;
    }

    private async ValueTask<int> ReadPacketAsync(int body, bool obsolete, CancellationToken cancellation)
    {
        ForgetFrame();
        var taken = await Input.ReadAsync(_header.AsMemory(0, Math.Min(body, PacketHeader)), cancellation).ConfigureAwait(false);
        if (taken < PacketHeader || Enter(obsolete ? U16(_header) : U32(_header)) is not { } from) return taken;
        Time = from.TimeOf((ulong)U32(_header.AsSpan(4)) << 32 | U32(_header.AsSpan(8)));
        var kept = U32(_header.AsSpan(12));
        var original = U32(_header.AsSpan(16));
        return taken + await ReadFrameAsync(kept, original, body - taken, cancellation).ConfigureAwait(false);
    }

    /// <summary>A simple packet belongs to the first interface and carries no time: it gets that of the packet before it.</summary>
    private async ValueTask<int> ReadSimplePacketAsync(int body, CancellationToken cancellation)
    {
        ForgetFrame();
        var taken = await Input.ReadAsync(_header.AsMemory(0, Math.Min(body, 4)), cancellation).ConfigureAwait(false);
        if (taken < 4 || Enter(0) is not { } from) return taken;
        var original = U32(_header);
        var kept = from.SnapLength == 0 ? original : Math.Min(from.SnapLength, original);
        return taken + await ReadFrameAsync(kept, original, body - taken, cancellation).ConfigureAwait(false);
    }

    private void ForgetFrame()
    {
        Frame = default;
        Cut = false;
        Link = LinkType.None;
    }

    /// <summary>The packet's interface, or null when there is none of that number.</summary>
    private PcapNgInterface? Enter(uint number)
    {
        if (number >= _interfaces.Count) return null;
        var known = _interfaces[(int)number];
        Link = known.Link;
        if (!CapturedFrame.Supports(Link))
            Warning ??= $"interface {number}: link type {(int)Link} is not supported; its frames are left out";
        return known;
    }

    private async ValueTask<int> ReadFrameAsync(uint kept, uint original, int room, CancellationToken cancellation)
    {
        // A frame that lies about its size is broken, but its block still says where the next one begins.
        if (kept > Math.Min(room, LongestFrame)) return 0;
        var data = Buffer.AsMemory(0, (int)kept);
        var read = await Input.ReadAsync(data, cancellation).ConfigureAwait(false);
        Frame = data[..read];
        Cut = original > kept;
        return read;
    }
}
