using System.Buffers.Binary;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Input;

namespace SpeechQA.Engine.Ingest.Pcap;

/// <summary>
/// Reads the UDP datagrams of a capture, classic pcap or pcapng, from front to back and without a limit on its length.
/// <list type="number">
/// <item>The file gives frame after frame. Where its structure no longer makes sense the reading ends, and
/// <see cref="Warning"/> says where.</item>
/// <item>Each frame is taken apart. UDP is handed out; fragments, other protocols and broken frames are counted in
/// <see cref="Counts"/> and passed over.</item>
/// </list>
/// No allocation per frame.
/// </summary>
public sealed class CaptureReader : IAsyncDisposable
{
    private readonly InputBytes _input;
    private readonly CaptureFile _file;

    private CaptureReader(InputBytes input, CaptureFile file)
    {
        _input = input;
        _file = file;
    }

    /// <summary>The datagram of the last read that gave one.</summary>
    public UdpDatagram Current { get; private set; }

    /// <summary>What was read so far, and what was left aside.</summary>
    public CaptureCounts Counts { get; private set; }

    /// <summary>What was wrong with the file without making it useless, or null.</summary>
    public string? Warning => _file.Warning;

    /// <summary>Whether a file begins like a capture; false also for standard input, which can be read only once.</summary>
    /// <exception cref="BadInputException">Missing or unreadable.</exception>
    public static bool IsCapture(string path)
    {
        if (path == InputFile.StandardInput) return false;
        using var stream = InputFile.Open(path);
        Span<byte> start = stackalloc byte[4];
        return IsCapture(start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]);
    }

    /// <summary>Whether the first four bytes are those of a capture.</summary>
    public static bool IsCapture(ReadOnlySpan<byte> start) =>
        start.Length >= 4 && (PcapFile.IsMagic(start) || BinaryPrimitives.ReadUInt32BigEndian(start) == PcapNgFile.SectionBlock);

    /// <param name="path">A file, or "-" for standard input.</param>
    /// <exception cref="BadInputException">Missing, unreadable, or no capture.</exception>
    public static ValueTask<CaptureReader> OpenAsync(string path, CancellationToken cancellation = default) =>
        OpenAsync(InputFile.Open(path), InputFile.NameOf(path), cancellation);

    /// <param name="stream">Disposed with the reader, or at once when this fails.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="BadInputException">No capture.</exception>
    public static async ValueTask<CaptureReader> OpenAsync(Stream stream, string name, CancellationToken cancellation = default)
    {
        var input = new InputBytes(stream, name);
        try
        {
            return new CaptureReader(input, await FileAsync(input, cancellation).ConfigureAwait(false));
        }
        catch
        {
            await input.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Goes to the next datagram; false at the end. The payload of the one before is no longer valid.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellation = default)
    {
        while (await _file.NextAsync(cancellation).ConfigureAwait(false))
            if (TryTake())
                return true;
        Current = default;
        return false;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _input.DisposeAsync();

    private bool TryTake()
    {
        var frame = CapturedFrame.Parse(_file.Link, _file.Frame.Span, _file.Cut);
        Counts = Counts.With(frame.Kind);
        if (frame.Kind != FrameKind.Udp) return false;
        Current = new UdpDatagram(_file.Time, frame.Source, frame.Destination, _file.Frame.Slice(frame.PayloadStart, frame.PayloadLength));
        return true;
    }

    private static async ValueTask<CaptureFile> FileAsync(InputBytes input, CancellationToken cancellation)
    {
        var start = new byte[12];
        var count = await input.PeekAsync(start, cancellation).ConfigureAwait(false);
        if (count == 0) throw new BadInputException($"{input.Name}: empty", "give a pcap or pcapng capture");
        if (!IsCapture(start.AsSpan(0, count)))
            throw new BadInputException($"{input.Name}: not a capture", "give a pcap or pcapng capture");
        if (PcapFile.IsMagic(start)) return await PcapFile.OpenAsync(input, cancellation).ConfigureAwait(false);
        if (BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8)) is not (0x1A2B3C4D or 0x4D3C2B1A))
            throw new BadInputException($"{input.Name}: the pcapng header is damaged", "capture or copy it again");
        return new PcapNgFile(input);
    }
}
