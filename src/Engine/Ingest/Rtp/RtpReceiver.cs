using System.Buffers.Binary;

using SpeechQA.Engine.Ingest.Pcap;

namespace SpeechQA.Engine.Ingest.Rtp;

/// <summary>
/// Receives one party's audio: datagrams in, 16-bit samples in the leg's pipe out. It has one owner, is called from one
/// thread at a time, never waits, never throws at what a datagram contains and allocates nothing per packet.
/// <list type="number">
/// <item>The datagram is parsed; what cannot be used is counted by reason.</item>
/// <item>A stream must show <see cref="RtpReceiverOptions.ProbationPackets"/> packets in sequence; then its SSRC, address
/// and port are the leg's. Another SSRC takes over only after sustained traffic while the leg's stream is silent; another
/// address or port with the same SSRC only after a second of silence. Everything else is dropped and counted.</item>
/// <item>The <see cref="JitterBuffer"/> puts packets into order and gives up those that do not come.</item>
/// <item>Telephone events are put together, comfort noise announces silence, audio is decoded.</item>
/// <item>The <see cref="LegTimeline"/> writes each sample at its place and says what the holes are.</item>
/// </list>
/// All times are arrival stamps given by the caller, so a capture can be replayed in its own time.
/// </summary>
public sealed class RtpReceiver
{
    private readonly LegPipe _pipe;
    private readonly PayloadMap _payloads;
    private readonly RtpReceiverOptions _options;
    private readonly UdpEndPoint? _source;
    private readonly long _perSecond;
    private readonly SsrcProbation _probation;
    private readonly JitterBuffer _buffer;
    private readonly LegTimeline _timeline;
    private readonly TelephoneEvents _events;
    private readonly ReceivedSound? _sound;
    private readonly ArrivalJitter _jitter;
    private readonly short[] _samples;
    private readonly int _longestPayload;

    private bool _locked;
    private bool _completed;
    private uint _ssrc;
    private UdpEndPoint _peer;
    private long? _firstArrival;
    private long _lastArrival;
    private RtpErrorCounts _malformed;
    private long _received, _duplicates, _late, _stray, _foreign, _otherStreams, _ssrcChanges, _peerChanges, _eventCount, _senderReports;
    private bool _ended;
    private RtcpSenderReport? _lastReport;
    private long _lastReportArrival;
    private long _reportedExpected, _reportedReceived;

    /// <param name="pipe">Where the audio goes; its rate is the rate of the audio payloads that are accepted.</param>
    /// <param name="payloads">What the payload types mean.</param>
    /// <param name="arrivalsPerSecond">Units of the arrival stamps per second, e.g. <see cref="TimeProvider.TimestampFrequency"/>.</param>
    public RtpReceiver(LegPipe pipe, PayloadMap payloads, long arrivalsPerSecond, RtpReceiverOptions? options = null)
    {
        _pipe = pipe;
        _payloads = payloads;
        _perSecond = arrivalsPerSecond;
        _options = options ?? new RtpReceiverOptions();
        _source = _options.Source?.Serialize().ToUdp();
        // 60 ms of L16 at the pipe's rate, or 256 ms of G.711: nobody sends longer packets.
        _longestPayload = Math.Max(2048, pipe.SampleRate * 60 / 1000 * sizeof(short));
        _samples = new short[_longestPayload];
        _probation = new SsrcProbation(LongestDatagram, Stamps(_options.CandidateIdle));
        _buffer = new JitterBuffer(Play, pipe.SampleRate, Stamps(_options.LongestHold));
        _timeline = new LegTimeline(pipe, arrivalsPerSecond, _options.StampAudio, _options.Origin ?? new AudioOrigin());
        _events = new TelephoneEvents(Tell);
        if (_options.Warned is { } warned) _sound = new ReceivedSound(payloads, pipe.SampleRate, arrivalsPerSecond, warned);
        _jitter = new ArrivalJitter(pipe.SampleRate, arrivalsPerSecond);
    }

    /// <summary>Longest datagram that can be used, bytes; longer ones are counted as malformed.</summary>
    public int LongestDatagram => _longestPayload + 128;

    /// <summary>Called for each telephone event, from within <see cref="Receive"/>, <see cref="Tick"/> or <see cref="Complete"/>.</summary>
    public Action<TelephoneEvent>? TelephoneEventReceived { get; set; }

    /// <summary>Arrival of the first packet of the accepted stream: the leg's position 0; null before.</summary>
    public long? FirstArrival => _firstArrival;

    /// <summary>Arrival of the newest packet of the accepted stream.</summary>
    public long LastArrival => _lastArrival;

    /// <summary>Samples written into the pipe so far, holes included.</summary>
    public long Position => _timeline.Written;

    /// <summary>The leg's stream, or null before one was accepted.</summary>
    public uint? Ssrc => _locked ? _ssrc : null;

    /// <summary>Where the leg's stream comes from.</summary>
    public UdpEndPoint Peer => _peer;

    /// <summary>The sender's last statement of its clocks, and when it came.</summary>
    public (RtcpSenderReport Report, long Arrival)? LastSenderReport => _lastReport is { } report ? (report, _lastReportArrival) : null;

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
                Events = _eventCount,
                SilenceSeconds = _timeline.SilenceSamples / rate,
                ConcealedSeconds = _timeline.ConcealedSamples / rate,
                LostSeconds = _timeline.LostSamples / rate,
                LateSeconds = _timeline.LateSamples / rate,
                DroppedSeconds = _pipe.DroppedSamples / rate,
                SenderReports = _senderReports,
                Ended = _ended,
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
        var error = Read(datagram, out var packet);
        if (error == RtpParseError.None) error = Check(packet, out _);
        if (error != RtpParseError.None) _malformed = _malformed.And(error);
        if (error == RtpParseError.PayloadType) _sound?.Undecodable(packet, Position, arrival);
        // A payload that means nothing here still takes its place in the leg's sequence: it was not lost.
        var ofLeg = _locked && packet.Ssrc == _ssrc && peer == _peer;
        if (error != RtpParseError.None && !(ofLeg && error is RtpParseError.PayloadType or RtpParseError.Payload)) return;
        if (!_locked || packet.Ssrc != _ssrc) Consider(datagram, packet, peer, arrival);
        else if (peer == _peer || MovesTo(peer, arrival)) Accept(packet, arrival);
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
        while (RtcpPacket.TryRead(ref datagram, out var packet, out error))
        {
            if (packet.TryGetSender(out var report) && report.Ssrc == _ssrc)
            {
                (_lastReport, _lastReportArrival) = (report, arrival);
                _senderReports++;
            }
            if (packet.SaysGoodbye(_ssrc)) _ended = true;
        }
        if (error != RtpParseError.None) _malformed = _malformed.And(RtpParseError.Rtcp);
    }

    /// <summary>To be called about every 50 ms: gives up packets that were held too long, lets audio time go on in silence.</summary>
    public void Tick(long now)
    {
        if (_completed) return;
        _buffer.GiveUpOld(now);
        _timeline.Tick(now);
        _sound?.Tick(Position, _locked);
    }

    /// <summary>The call is over: writes what is held, tells an open event, completes the pipe.</summary>
    public void Complete()
    {
        if (_completed) return;
        _buffer.Flush();
        _events.End();
        _completed = true;
        _sound?.End(Position, _locked);
        _pipe.Complete();
    }

    /// <summary>
    /// How the leg's stream was received since the last call of this method (RFC 3550 A.3), for a receiver report.
    /// </summary>
    /// <returns>False when no stream was accepted yet.</returns>
    public bool TryReport(long now, out RtcpReportBlock block)
    {
        block = default;
        if (!_locked) return false;
        var expected = _buffer.Expected - _reportedExpected;
        var lost = expected - (_received - _reportedReceived);
        (_reportedExpected, _reportedReceived) = (_buffer.Expected, _received);
        var fraction = expected <= 0 || lost <= 0 ? 0 : Math.Min(lost * 256 / expected, 255);
        var delay = _lastReport is null ? 0 : (uint)Math.Clamp((now - _lastReportArrival) * 65_536.0 / _perSecond, 0, uint.MaxValue);
        block = new RtcpReportBlock(_ssrc, (byte)fraction, (int)Math.Min(_buffer.Expected - _received, int.MaxValue),
            _buffer.ExtendedHighest, (uint)_jitter.Units, (uint)((_lastReport?.Ntp ?? 0) >> 16), delay);
        return true;
    }

    private long Stamps(TimeSpan time) => (long)(time.TotalSeconds * _perSecond);

    private RtpParseError Read(ReadOnlySpan<byte> datagram, out RtpPacket packet)
    {
        var error = RtpPacket.TryParse(datagram, out packet);
        if (error != RtpParseError.None) return error;
        return datagram.Length > LongestDatagram || packet.Payload.Length > _longestPayload ? RtpParseError.TooLong : RtpParseError.None;
    }

    /// <summary>Whether the payload means something here.</summary>
    private RtpParseError Check(in RtpPacket packet, out PayloadFormat format)
    {
        if (!_payloads.TryGet(packet.PayloadType, out format) || (format.IsAudio && format.ClockRate != _pipe.SampleRate))
            return RtpParseError.PayloadType;
        return format.Codec switch
        {
            RtpCodec.L16 when packet.Payload.Length % 2 != 0 => RtpParseError.Payload,
            RtpCodec.TelephoneEvent when packet.Payload.Length < TelephoneEvents.PayloadBytes => RtpParseError.Payload,
            _ => RtpParseError.None,
        };
    }

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
            _events.End();
            _timeline.Restart();
            _jitter.Restart();
            _lastReport = null;
            _ended = false;
        }
        (_locked, _ssrc, _peer) = (true, ssrc, peer);
        _otherStreams -= _probation.Queued;
        _buffer.Start(FirstSequence());
        for (var i = 0; i < _probation.Queued; i++)
        {
            var datagram = _probation.Packet(i, out var arrival);
            if (Read(datagram, out var packet) == RtpParseError.None) Accept(packet, arrival);
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

    private void Accept(in RtpPacket packet, long arrival)
    {
        var isAudio = Check(packet, out var format) == RtpParseError.None && format.IsAudio;
        var samples = isAudio ? packet.Payload.Length / format.SampleBytes : 0;
        var outcome = _buffer.Insert(packet, samples, arrival);
        switch (outcome)
        {
            case JitterOutcome.Duplicate:
                _duplicates++;
                return;
            case JitterOutcome.Suspect:
                _stray++;
                return;
            case JitterOutcome.Restarted:
                _stray--;
                _received++;
                break;
            case JitterOutcome.Late:
                _late++;
                break;
        }
        _received++;
        _firstArrival ??= arrival;
        _lastArrival = Math.Max(_lastArrival, arrival);
        if (isAudio) _jitter.Packet(packet.Timestamp, arrival);
    }

    /// <summary>A packet in its order.</summary>
    private void Play(in RtpPacket packet, Delivery delivery)
    {
        if (delivery.Restart) _timeline.Restart();
        if (Check(packet, out var format) != RtpParseError.None) return;
        _timeline.Anchor(packet.Timestamp, delivery.Arrival);
        switch (format.Codec)
        {
            case RtpCodec.TelephoneEvent:
                _events.Packet(packet.Payload, packet.Timestamp, _timeline.Locate(packet.Timestamp));
                break;
            case RtpCodec.ComfortNoise:
                _timeline.AnnounceSilence(delivery.Missing);
                break;
            default:
                _sound?.Heard(Position);
                _events.Audio(_timeline.Locate(packet.Timestamp), _pipe.SampleRate / 10);
                var count = AudioPayload.Decode(format.Codec, packet.Payload, _samples);
                _timeline.Audio(_samples.AsSpan(0, count), packet.Timestamp, delivery.Arrival, delivery.Missing);
                break;
        }
    }

    private void Tell(TelephoneEvent told)
    {
        _eventCount++;
        TelephoneEventReceived?.Invoke(told);
    }
}
