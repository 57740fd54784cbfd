using SpeechQA.Engine.Ingest.Rtp.Send;

namespace SpeechQA.Engine.Ingest.Rtp.Captures;

/// <summary>A captured leg's datagrams as they came, to be sent again.</summary>
internal sealed class CapturedStream : IPacedSource
{
    private readonly List<(TimeSpan Due, byte[] Bytes, bool Rtcp)> _datagrams = [];
    private int _next;

    /// <inheritdoc/>
    public TimeSpan? Due => _next < _datagrams.Count ? _datagrams[_next].Due : null;

    /// <inheritdoc/>
    public int LongestDatagram { get; private set; }

    public void Add(TimeSpan due, ReadOnlySpan<byte> datagram, bool rtcp)
    {
        LongestDatagram = Math.Max(LongestDatagram, datagram.Length);
        _datagrams.Add((due, datagram.ToArray(), rtcp));
    }

    /// <inheritdoc/>
    public int Next(Span<byte> datagram, out bool rtcp)
    {
        (_, var bytes, rtcp) = _datagrams[_next++];
        bytes.CopyTo(datagram);
        return bytes.Length;
    }
}
