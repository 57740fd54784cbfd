using System.Buffers.Binary;
using SpeechQA.Engine.Ingest.Pcap;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// Receives one party's audio: datagrams in, 16-bit samples in the leg's pipe out. It has one owner, is called from one
/// thread at a time, never waits, never throws at what a datagram contains and allocates nothing per packet.
/// <list type="number">
/// <item>The <see cref="PacketReader"/> reads the datagram; what cannot be used is counted by reason.</item>
/// <item>A stream must show <see cref="RtpReceiverOptions.ProbationPackets"/> packets in sequence; then its SSRC, address
/// and port are the leg's. Another SSRC takes over only after sustained traffic while the leg's stream is silent; another
/// address or port with the same SSRC only after a second of silence. Everything else is dropped and counted.</item>
/// <item>The <see cref="JitterBuffer"/> puts packets into order and gives up those that do not come.</item>
/// <item>The <see cref="PacketPlayout"/> puts telephone events together, takes comfort noise for silence and decodes audio.</item>
/// <item>The <see cref="AudioPlayout"/> writes each sample at its place and says what the holes are.</item>
/// </list>
/// All times are arrival stamps given by the caller, so a capture can be replayed in its own time.
/// </summary>
public sealed class RtpReceiver
{
    private readonly LegPipe _pipe;
    private readonly PacketReader _reader;
    private readonly RtpReceiverOptions _options;
    private readonly UdpEndPoint? _source;
    private readonly long _perSecond;
    private readonly SsrcProbation _probation;
    private readonly JitterBuffer _buffer;
    private readonly PacketPlayout _playout;
    private readonly AudioPlayout _audio;
    private readonly ReceivedSound? _sound;
    private readonly ArrivalJitter _jitter;
    private readonly ReceptionReport _report;

    private bool _locked;
    private bool _completed;
    private uint _ssrc;
    private UdpEndPoint _peer;
    private long? _firstArrival;
    private long _lastArrival;
    private RtpErrorCounts _malformed;
    private long _received, _duplicates, _late, _stray, _foreign, _otherStreams, _ssrcChanges, _peerChanges;

    /// <param name="pipe">Where the audio goes; its rate is the rate of the audio payloads that are accepted.</param>
    /// <param name="payloads">What the payload types mean.</param>
    /// <param name="arrivalsPerSecond">Units of the arrival stamps per second, e.g. <see cref="TimeProvider.TimestampFrequency"/>.</param>
    public RtpReceiver(LegPipe pipe, PayloadMap payloads, long arrivalsPerSecond, RtpReceiverOptions? options = null)
    {
        _pipe = pipe;
        _reader = new PacketReader(payloads, pipe.SampleRate);
        _perSecond = arrivalsPerSecond;
        _options = options ?? new RtpReceiverOptions();
        _source = _options.Source?.Serialize().ToUdp();
        _probation = new SsrcProbation(LongestDatagram, Stamps(_options.CandidateIdle));
        _audio = new AudioPlayout(pipe, arrivalsPerSecond, _options.StampAudio, _options.Origin ?? new AudioOrigin());
        if (_options.Warned is { } warned) _sound = new ReceivedSound(payloads, pipe.SampleRate, arrivalsPerSecond, warned);
        _playout = new PacketPlayout(_audio, _reader.LongestPayload, pipe.SampleRate) { FirstAudio = () => _sound?.Heard(Position) };
        _buffer = new JitterBuffer(_playout.Play, pipe.SampleRate, Stamps(_options.LongestHold));
        _jitter = new ArrivalJitter(pipe.SampleRate, arrivalsPerSecond);
        _report = new ReceptionReport(_buffer, _jitter, arrivalsPerSecond);
    }

    /// <summary>Longest datagram that can be used, bytes; longer ones are counted as malformed.</summary>
    public int LongestDatagram => _reader.LongestDatagram;

    /// <summary>Called for each telephone event, from within <see cref="Receive"/>, <see cref="Tick"/> or <see cref="Complete"/>.</summary>
    public Action<TelephoneEvent>? TelephoneEventReceived
    {
        get => _playout.EventReceived;
        set => _playout.EventReceived = value;
    }

    /// <summary>Arrival of the first packet of the accepted stream: the leg's position 0; null before.</summary>
    public long? FirstArrival => _firstArrival;

    /// <summary>Arrival of the newest packet of the accepted stream.</summary>
    public long LastArrival => _lastArrival;

    /// <summary>Samples written into the pipe so far, holes included.</summary>
    public long Position => _audio.Written;

    /// <summary>The leg's stream, or null before one was accepted.</summary>
    public uint? Ssrc => _locked ? _ssrc : null;

    /// <summary>Where the leg's stream comes from.</summary>
    public UdpEndPoint Peer => _peer;

    /// <summary>The sender's last statement of its clocks, and when it came.</summary>
    public (RtcpSenderReport Report, long Arrival)? LastSenderReport => _report.LastSenderReport;

    /// <summary>Counts up to now.</summary>
    public RtpStatistics Statistics
    {
        get
        {
            double rate = _pipe.SampleRate;
            return new RtpStatistics
            {
                Received = _received,
                Expected = _buffer.Expected,
                Duplicates = _duplicates,
                Reordered = _buffer.Reordered,
                Late = _late,
                Stray = _stray,
                JitterMs = _jitter.Milliseconds,
                Malformed = _malformed,
                Foreign = _foreign,
                OtherStreams = _otherStreams,
                SsrcChanges = _ssrcChanges,
                PeerChanges = _peerChanges,
                Events = _playout.Events,
                SilenceSeconds = _audio.SilenceSamples / rate,
                ConcealedSeconds = _audio.ConcealedSamples / rate,
                LostSeconds = _audio.LostSamples / rate,
                LateSeconds = _audio.LateSamples / rate,
                DroppedSeconds = _pipe.DroppedSamples / rate,
                SenderReports = _report.SenderReports,
                Ended = _report.Ended,
            };
        }
    }

    /// <summary>Takes a datagram from the RTP port (RTCP on the same port is recognised, RFC 5761).</summary>
    /// <param name="datagram">Of any size and content.</param>
    /// <param name="peer">Who sent it.</param>
    /// <param name="arrival">When it came; should not go backwards.</param>
    public void Receive(ReadOnlySpan<byte> datagram, UdpEndPoint peer, long arrival)
    {
        if (_completed) return;
        if (_source is { } source && peer != source)
        {
            _foreign++;
            return;
        }
        if (RtcpPacket.IsRtcp(datagram))
        {
            ReceiveRtcp(datagram, peer, arrival);
            return;
        }
        var error = _reader.Read(datagram, out var packet, out var format);
        if (error != RtpParseError.None) _malformed = _malformed.And(error);
        if (error == RtpParseError.PayloadType) _sound?.Undecodable(packet, Position, arrival);
        // A payload that means nothing here still takes its place in the leg's sequence: it was not lost.
        var ofLeg = _locked && packet.Ssrc == _ssrc && peer == _peer;
        if (error != RtpParseError.None && !(ofLeg && error is RtpParseError.PayloadType or RtpParseError.Payload)) return;
        if (!_locked || packet.Ssrc != _ssrc) Consider(datagram, packet, peer, arrival);
        else if (peer == _peer || MovesTo(peer, arrival)) Accept(packet, format, arrival);
        else _foreign++;
    }

    /// <summary>Takes a datagram from the RTCP port.</summary>
    public void ReceiveRtcp(ReadOnlySpan<byte> datagram, UdpEndPoint peer, long arrival)
    {
        if (_completed || !_locked) return;
        if (!peer.SameHost(_peer))
        {
            _foreign++;
            return;
        }
        RtpParseError error;
        while (RtcpPacket.TryRead(ref datagram, out var packet, out error)) _report.Take(packet, _ssrc, arrival);
        if (error != RtpParseError.None) _malformed = _malformed.And(RtpParseError.Rtcp);
    }

    /// <summary>To be called about every 50 ms: gives up packets that were held too long, lets audio time go on in silence.</summary>
    public void Tick(long now)
    {
        if (_completed) return;
        _buffer.GiveUpOld(now);
        _audio.Tick(now);
        _sound?.Tick(Position, _locked);
    }

    /// <summary>
    /// The call is over: writes what is held, tells an open event, completes the pipe, also where one of the former fails.
    /// </summary>
    public void Complete()
    {
        if (_completed) return;
        _completed = true;
        try
        {
            _buffer.Flush();
            _playout.EndEvent();
            _sound?.End(Position, _locked);
        }
        finally
        {
            _pipe.Complete();
        }
    }

    /// <summary>
    /// How the leg's stream is received, for a receiver report (RFC 3550 section 6.4.1); its fraction is of the time since the last call
    /// of this method.
    /// </summary>
    /// <returns>False when no stream was accepted yet.</returns>
    public bool TryReport(long now, out RtcpReportBlock block)
    {
        block = _locked ? _report.Next(_ssrc, now) : default;
        return _locked;
    }

    private long Stamps(TimeSpan time) => (long)(time.TotalSeconds * _perSecond);

    /// <summary>A packet of a stream that is not the leg's.</summary>
    private void Consider(ReadOnlySpan<byte> datagram, in RtpPacket packet, UdpEndPoint peer, long arrival)
    {
        _otherStreams++;
        if (_locked && peer != _peer) _foreign++;
        var packets = _locked ? _options.TakeoverPackets : _options.ProbationPackets;
        var span = _locked ? Stamps(_options.TakeoverSilence) : 0;
        if (!_probation.Offer(datagram, packet, peer, arrival, packets, span)) return;
        if (_locked && arrival - _lastArrival < span) return;
        Lock(packet.Ssrc, peer);
    }

    private void Lock(uint ssrc, UdpEndPoint peer)
    {
        if (_locked)
        {
            _ssrcChanges++;
            _buffer.Flush();
            _playout.EndEvent();
            _audio.Restart();
            _jitter.Restart();
        }
        (_locked, _ssrc, _peer) = (true, ssrc, peer);
        _report.BeginStream();
        _otherStreams -= _probation.Queued;
        _buffer.Start(FirstSequence());
        for (var i = 0; i < _probation.Queued; i++)
        {
            var datagram = _probation.Packet(i, out var arrival);
            if (_reader.Read(datagram, out var packet, out var format) == RtpParseError.None) Accept(packet, format, arrival);
        }
        _probation.Release();
    }

    /// <summary>The lowest sequence number of the packets on probation: the first two may have been swapped.</summary>
    private ushort FirstSequence()
    {
        var first = Sequence(0);
        for (var i = 1; i < _probation.Queued; i++)
        {
            if ((short)(Sequence(i) - first) < 0) first = Sequence(i);
        }
        return first;

        ushort Sequence(int index) => BinaryPrimitives.ReadUInt16BigEndian(_probation.Packet(index, out _)[2..]);
    }

    /// <summary>The leg's SSRC from another address or port: a NAT that forgot its mapping, if the old one has gone quiet.</summary>
    private bool MovesTo(UdpEndPoint peer, long arrival)
    {
        if (arrival - _lastArrival <= Stamps(_options.MoveSilence)) return false;
        _peer = peer;
        _peerChanges++;
        return true;
    }

    /// <param name="format">What its payload is; null where it means nothing here.</param>
    private void Accept(in RtpPacket packet, PayloadFormat? format, long arrival)
    {
        switch (_buffer.Insert(packet, format, arrival))
        {
            case JitterOutcome.Duplicate:
                _duplicates++;
                _report.Count();
                return;
            case JitterOutcome.Suspect:
                _stray++;
                return;
            case JitterOutcome.Restarted:
                // With the one that was suspect.
                _stray--;
                _received++;
                _report.BeginSequence();
                _report.Count();
                break;
            case JitterOutcome.Late:
                _late++;
                break;
        }
        _received++;
        _report.Count();
        _firstArrival ??= arrival;
        _lastArrival = Math.Max(_lastArrival, arrival);
        if (format is { IsAudio: true }) _jitter.Packet(packet.Timestamp, arrival);
    }
}
