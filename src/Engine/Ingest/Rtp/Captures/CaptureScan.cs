using SpeechQA.Engine.Ingest.Pcap;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Ingest.Rtp.Captures;

/// <summary>
/// Finds RTP in a capture. There is no mark of RTP in a datagram, so streams are believed that show it over time: version 2,
/// and sequence numbers that follow each other. All that goes to one port is one leg, as it would be live; a new stream
/// after half a minute of nothing is another leg. Memory is bounded whatever the capture holds.
/// </summary>
internal sealed class CaptureScan
{
    private const int MostPorts = 65_536;
    private static readonly TimeSpan CallGap = TimeSpan.FromSeconds(30);

    private readonly Dictionary<UdpEndPoint, LegTrace> _open = [];
    private readonly List<LegTrace> _closed = [];

    /// <summary>Legs that are RTP, in the order of their first packets.</summary>
    public IReadOnlyList<LegTrace> Legs => [.. _closed.Concat(_open.Values).Where(leg => leg.IsRtp).OrderBy(leg => leg.First)];

    public void Add(in UdpDatagram datagram)
    {
        var bytes = datagram.Payload.Span;
        if (RtcpPacket.IsRtcp(bytes) || RtpPacket.TryParse(bytes, out var packet) != RtpParseError.None) return;
        if (!_open.TryGetValue(datagram.Destination, out var leg))
        {
            if (_open.Count + _closed.Count >= MostPorts) return;
            _open.Add(datagram.Destination, leg = new LegTrace(datagram.Destination));
        }
        else if (datagram.Time - leg.LastSeen > CallGap && leg.IsRtp && !leg.Knows(packet.Ssrc))
        {
            _closed.Add(leg);
            _open[datagram.Destination] = leg = new LegTrace(datagram.Destination);
        }
        leg.Add(datagram.Source, packet, datagram.Time);
    }
}

/// <summary>What goes to one port.</summary>
internal sealed class LegTrace(UdpEndPoint destination)
{
    private const int MostStreams = 64;

    private readonly Dictionary<(UdpEndPoint Source, uint Ssrc), StreamTrace> _streams = [];

    public UdpEndPoint Destination => destination;

    public TimeSpan LastSeen { get; private set; }

    public bool IsRtp => Rtp.Any();

    public TimeSpan First => Rtp.Min(stream => stream.First);

    public TimeSpan Last => Rtp.Max(stream => stream.Last);

    public long Packets => Rtp.Sum(stream => stream.Packets);

    /// <summary>Where most of the packets come from.</summary>
    public UdpEndPoint Source => _streams.MaxBy(stream => stream.Value.IsRtp ? stream.Value.Packets : 0).Key.Source;

    private IEnumerable<StreamTrace> Rtp => _streams.Values.Where(stream => stream.IsRtp);

    public bool Knows(uint ssrc) => _streams.Keys.Any(key => key.Ssrc == ssrc);

    public void Add(UdpEndPoint source, in RtpPacket packet, TimeSpan time)
    {
        LastSeen = time;
        var key = (source, packet.Ssrc);
        if (!_streams.TryGetValue(key, out var stream))
        {
            if (_streams.Count >= MostStreams) Forget();
            _streams.Add(key, stream = new StreamTrace(time));
        }
        stream.Add(packet, time);
    }

    /// <summary>Payload types of the leg with their packets, the most frequent first.</summary>
    public IReadOnlyList<(byte Type, PayloadTrace Trace)> Payloads() =>
        [.. Rtp.SelectMany(stream => stream.Payloads).GroupBy(entry => entry.Key, entry => entry.Value)
            .Select(group => (group.Key, PayloadTrace.Sum(group))).OrderByDescending(entry => entry.Item2.Packets)
                .ThenBy(entry => entry.Key)];

    /// <summary>Makes room in a flood of streams: those that came to nothing go.</summary>
    private void Forget()
    {
        foreach (var key in _streams.Where(stream => !stream.Value.IsRtp).Select(stream => stream.Key).ToList()) _streams.Remove(key);
        if (_streams.Count >= MostStreams) _streams.Remove(_streams.MinBy(stream => stream.Value.Packets).Key);
    }
}

/// <summary>One source's packets to one port.</summary>
internal sealed class StreamTrace(TimeSpan first)
{
    private const int FewestPackets = 5;
    private const int SequenceStep = 3;

    private ushort _sequence;
    private uint _timestamp;
    private long _followed;

    public TimeSpan First => first;
    public TimeSpan Last { get; private set; }
    public long Packets { get; private set; }
    public Dictionary<byte, PayloadTrace> Payloads { get; } = [];

    /// <summary>Nearly all packets follow the one before; a few may be swapped, doubled or lost in a row.</summary>
    public bool IsRtp => Packets >= FewestPackets && _followed * 4 >= (Packets - 1) * 3;

    public void Add(in RtpPacket packet, TimeSpan time)
    {
        if (Packets > 0 && Math.Abs((short)(packet.SequenceNumber - _sequence)) <= SequenceStep) _followed++;
        var step = Packets > 0 && (ushort)(packet.SequenceNumber - _sequence) == 1 ? packet.Timestamp - _timestamp : 0;
        (_sequence, _timestamp) = (packet.SequenceNumber, packet.Timestamp);
        Last = time;
        Packets++;
        Payloads[packet.PayloadType] = Payloads.GetValueOrDefault(packet.PayloadType).With(packet.Payload, step);
    }
}

/// <param name="Packets">Packets of a payload type.</param>
/// <param name="Step">Time stamp units between two of them in sequence; 0 when none are.</param>
/// <param name="LikeEvents">Those that could be telephone events: four bytes, a key's code, the reserved bit unset.</param>
internal readonly record struct PayloadTrace(long Packets, long LikeEvents, uint Step)
{
    /// <summary>Nothing else is always four bytes long.</summary>
    public bool IsTelephoneEvent => LikeEvents == Packets;

    public PayloadTrace With(ReadOnlySpan<byte> payload, uint step) => new(Packets + 1,
        LikeEvents + (payload.Length == TelephoneEvents.PayloadBytes && payload[0] <= 16 && (payload[1] & 0x40) == 0 ? 1 : 0),
        step == 0 ? Step : step);

    public static PayloadTrace Sum(IEnumerable<PayloadTrace> traces) =>
        traces.Aggregate(default(PayloadTrace), (sum, trace) =>
            new(sum.Packets + trace.Packets, sum.LikeEvents + trace.LikeEvents, Math.Max(sum.Step, trace.Step)));
}
