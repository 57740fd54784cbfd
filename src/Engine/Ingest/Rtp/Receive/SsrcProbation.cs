using SpeechQA.Engine.Ingest.Pcap;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// Streams that ask to be the leg's stream. A stream is on probation until enough of its packets came in sequence
/// (RFC 3550 A.1); they are kept meanwhile, so that nothing of an accepted stream is lost. Memory is bounded: a few
/// places, chosen by the SSRC, each with one packet, and a queue of packets for the one stream that got furthest. A flood
/// of SSRCs only takes those places from each other.
/// </summary>
internal sealed class SsrcProbation
{
    /// <summary>How far the next packet may be from the last one and still be in sequence: packets may be swapped or lost.</summary>
    private const int SequenceStep = 3;

    private const int Places = 16;
    private const int QueuePackets = 32;

    private readonly int _packetBytes;
    private readonly long _idle;
    private readonly Candidate[] _candidates = new Candidate[Places];
    private readonly (int Length, long Arrival)[] _queue = new (int, long)[QueuePackets];
    private byte[]? _candidatePackets;
    private byte[]? _queuePackets;
    private Candidate _leader;
    private int _queued;

    /// <param name="packetBytes">Longest datagram.</param>
    /// <param name="idle">Arrival time after which a stream that went quiet loses its place.</param>
    public SsrcProbation(int packetBytes, long idle)
    {
        _packetBytes = packetBytes;
        _idle = idle;
    }

    /// <summary>The datagrams of the stream that was accepted, oldest first.</summary>
    public int Queued => _queued;

    /// <summary>One of the queued datagrams and its arrival.</summary>
    public ReadOnlySpan<byte> Packet(int index, out long arrival)
    {
        (var length, arrival) = _queue[index];
        return _queuePackets.AsSpan(index * _packetBytes, length);
    }

    /// <summary>Takes a packet of a stream that is not the leg's.</summary>
    /// <returns>True when the stream has shown <paramref name="packets"/> packets over <paramref name="span"/> of arrival
    /// time: its packets are in the queue, this one is the last.</returns>
    public bool Offer(ReadOnlySpan<byte> datagram, in RtpPacket packet, UdpEndPoint peer, long arrival, int packets, long span)
    {
        if (_leader.Count > 0 && arrival - _leader.Last > _idle) Forget();
        if (_leader.Is(packet.Ssrc, peer)) return Lead(datagram, packet.SequenceNumber, arrival, packets, span);

        var place = (int)(packet.Ssrc * 2_654_435_769U >> 28);
        ref var candidate = ref _candidates[place];
        var follows = candidate.Is(packet.Ssrc, peer) && arrival - candidate.Last <= _idle
            && InSequence(candidate.Sequence, packet.SequenceNumber);
        if (!follows || _leader.Count > 0)
        {
            candidate = new Candidate(packet.Ssrc, peer, packet.SequenceNumber, 1, arrival, arrival, datagram.Length);
            _candidatePackets ??= new byte[Places * _packetBytes];
            datagram.CopyTo(_candidatePackets.AsSpan(place * _packetBytes));
            return false;
        }
        _leader = candidate;
        Enqueue(_candidatePackets.AsSpan(place * _packetBytes, candidate.Length), candidate.Last);
        candidate = default;
        return Lead(datagram, packet.SequenceNumber, arrival, packets, span);
    }

    /// <summary>A stream was accepted: everything kept goes, the memory too.</summary>
    public void Release()
    {
        Forget();
        Array.Clear(_candidates);
        _candidatePackets = null;
        _queuePackets = null;
    }

    private void Forget()
    {
        _leader = default;
        _queued = 0;
    }

    private static bool InSequence(ushort last, ushort next) => Math.Abs((short)(next - last)) is > 0 and <= SequenceStep;

    private bool Lead(ReadOnlySpan<byte> datagram, ushort sequence, long arrival, int packets, long span)
    {
        if (sequence == _leader.Sequence) return false;
        if (!InSequence(_leader.Sequence, sequence))
        {
            Forget();
            return false;
        }
        _leader = _leader with { Sequence = sequence, Count = _leader.Count + 1, Last = arrival };
        Enqueue(datagram, arrival);
        return _leader.Count >= packets && arrival - _leader.First >= span;
    }

    private void Enqueue(ReadOnlySpan<byte> datagram, long arrival)
    {
        _queuePackets ??= new byte[QueuePackets * _packetBytes];
        if (_queued == QueuePackets)
        {
            _queuePackets.AsSpan(_packetBytes).CopyTo(_queuePackets);
            _queue.AsSpan(1).CopyTo(_queue);
            _queued--;
        }
        datagram.CopyTo(_queuePackets.AsSpan(_queued * _packetBytes));
        _queue[_queued++] = (datagram.Length, arrival);
    }

    private readonly record struct Candidate(uint Ssrc, UdpEndPoint Peer, ushort Sequence, int Count, long First, long Last, int Length)
    {
        public bool Is(uint ssrc, UdpEndPoint peer) => Count > 0 && Ssrc == ssrc && Peer == peer;
    }
}
