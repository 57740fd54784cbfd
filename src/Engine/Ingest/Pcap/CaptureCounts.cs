namespace SpeechQA.Engine.Ingest.Pcap;

/// <summary>What became of the frames of a capture so far; <see cref="Frames"/> is the sum of all others.</summary>
/// <param name="Frames">Frames read.</param>
/// <param name="Datagrams">UDP datagrams handed out.</param>
/// <param name="Fragments">Pieces of fragmented IP packets; they are not put together.</param>
/// <param name="Other">Frames of other protocols, or of links that are not supported.</param>
/// <param name="Truncated">UDP datagrams of which the capture kept only the beginning (a snapshot length).</param>
/// <param name="Broken">Frames that contradict themselves.</param>
public readonly record struct CaptureCounts(long Frames, long Datagrams, long Fragments, long Other, long Truncated, long Broken)
{
    internal CaptureCounts With(FrameKind kind) => kind switch
    {
        FrameKind.Udp => this with { Frames = Frames + 1, Datagrams = Datagrams + 1 },
        FrameKind.Fragment => this with { Frames = Frames + 1, Fragments = Fragments + 1 },
        FrameKind.Truncated => this with { Frames = Frames + 1, Truncated = Truncated + 1 },
        FrameKind.Broken => this with { Frames = Frames + 1, Broken = Broken + 1 },
        _ => this with { Frames = Frames + 1, Other = Other + 1 },
    };
}
