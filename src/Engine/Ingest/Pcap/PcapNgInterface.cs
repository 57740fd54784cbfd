namespace SpeechQA.Engine.Ingest.Pcap;

/// <summary>An interface of a pcapng section.</summary>
/// <param name="SnapLength">Bytes kept of a frame; 0 for all.</param>
/// <param name="Resolution">if_tsresol: 10^-n s, or with the highest bit set 2^-n s.</param>
/// <param name="OffsetSeconds">if_tsoffset, added to every stamp.</param>
internal readonly record struct PcapNgInterface(LinkType Link, uint SnapLength, byte Resolution = 6, long OffsetSeconds = 0)
{
    /// <summary>A stamp as time since 1970, limited to what <see cref="TimeSpan"/> can say.</summary>
    public TimeSpan TimeOf(ulong stamp)
    {
        var n = Resolution & 0x7F;
        UInt128 ticks = (Resolution & 0x80) != 0 ? (UInt128)stamp * TimeSpan.TicksPerSecond >> n
            : n <= 7 ? (UInt128)stamp * PowerOfTen(7 - n)
            : n <= 7 + 19 ? stamp / PowerOfTen(n - 7)
            : 0;
        var sum = (Int128)ticks + (Int128)OffsetSeconds * TimeSpan.TicksPerSecond;
        return new TimeSpan((long)Int128.Clamp(sum, 0, long.MaxValue));
    }

    private static ulong PowerOfTen(int n) => n == 0 ? 1 : 10 * PowerOfTen(n - 1);
}
