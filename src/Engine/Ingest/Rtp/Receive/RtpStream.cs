using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Send;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>How a recording is sent, and what the network is made to do to it.</summary>
public sealed record RtpStreamSettings
{
    /// <summary>Codec and rate; the samples must have that rate. Default PCMU/8000.</summary>
    public PayloadFormat Format { get; init; } = new(RtpCodec.Pcmu, 8_000);

    /// <summary>Default 0, which is PCMU.</summary>
    public byte PayloadType { get; init; }

    /// <summary>Audio in a packet, 10..60 ms. Default 20.</summary>
    public int PacketMs { get; init; } = 20;

    /// <summary>Packets that are left out at random, 0..100. Default 0.</summary>
    public double LossPercent { get; init; }

    /// <summary>Mean number of packets lost in a row, 1..100 (Gilbert's model; 1: each by itself). Default 1.</summary>
    public double LossBurst { get; init; } = 1;

    /// <summary>Packets that leave after the one that follows them, at random, 0..100 %. Default 0.</summary>
    public double ReorderPercent { get; init; }

    /// <summary>How much too fast the sender's clock is, -1000..1000 millionths. Default 0.</summary>
    public double DriftPpm { get; init; }

    /// <summary>Each packet leaves up to this much later, at random; more than a packet's length reorders. Default 0.</summary>
    public int JitterMs { get; init; }

    /// <summary>Decides SSRC, first numbers, loss and jitter. Default 1.</summary>
    public int Seed { get; init; } = 1;
}

/// <summary>
/// A mono recording as RTP: audio packets, a sender report after 1 s and then every 5 s, a goodbye at the end (RFC 3550 section 6). Packets
/// are made when they leave; nothing is allocated per packet.
/// </summary>
public sealed class RtpStream : IPacedSource
{
    private const int Report = -1;
    private const int Goodbye = -2;
    private static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(5);

    private readonly ReadOnlyMemory<short> _samples;
    private readonly RtpStreamSettings _settings;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly int _packetSamples;
    private readonly int _packets;
    private readonly uint _ssrc;
    private readonly ushort _firstSequence;
    private readonly uint _firstTimestamp;
    // What was decided to leave: a packet's number, or one of the two above; equal times leave in the order of decision.
    private readonly PriorityQueue<int, (long Ticks, int Order)> _leaving = new();
    private int _decided;
    private int _next;
    // The receiver must have come to know the stream before it takes a report.
    private TimeSpan _nextReport = TimeSpan.FromSeconds(1);
    private uint _octets;
    private bool _losing;

    /// <param name="samples">16-bit, at the rate of the settings' format.</param>
    /// <param name="time">Gives the wall time of sender reports.</param>
    /// <exception cref="BadInputException">A setting is out of its range.</exception>
    public RtpStream(ReadOnlyMemory<short> samples, RtpStreamSettings settings, TimeProvider time)
    {
        Check(settings);
        _samples = samples;
        _settings = settings;
        _time = time;
        _random = new Random(settings.Seed);
        _packetSamples = settings.Format.ClockRate * settings.PacketMs / 1000;
        _packets = (samples.Length + _packetSamples - 1) / _packetSamples;
        _ssrc = (uint)_random.NextInt64(1, uint.MaxValue);
        _firstSequence = (ushort)_random.Next(ushort.MaxValue);
        _firstTimestamp = (uint)_random.NextInt64(uint.MaxValue);
        Decide();
    }

    /// <summary>Told of each packet that leaves: its number in the recording and when it was due.</summary>
    public Action<int, TimeSpan>? Left { get; init; }

    /// <inheritdoc/>
    public TimeSpan? Due => _leaving.TryPeek(out _, out var due) ? new TimeSpan(due.Ticks) : null;

    /// <inheritdoc/>
    public int LongestDatagram => Math.Max(RtpPacket.FixedHeaderBytes + _packetSamples * _settings.Format.SampleBytes,
        RtcpWriter.LongestDatagram);

    /// <summary>Packets that left.</summary>
    public long Sent { get; private set; }

    /// <summary>Packets that were left out.</summary>
    public long LeftOut { get; private set; }

    /// <inheritdoc/>
    public int Next(Span<byte> datagram, out bool rtcp)
    {
        if (!_leaving.TryDequeue(out var what, out var due)) throw new InvalidOperationException("the stream is at its end");
        Decide();
        rtcp = what < 0;
        if (what >= 0)
        {
            Left?.Invoke(what, new TimeSpan(due.Ticks));
            return Packet(datagram, what);
        }
        var position = (uint)(new TimeSpan(due.Ticks).TotalSeconds * _settings.Format.ClockRate);
        var sender = new RtcpSenderReport(_ssrc, RtcpWriter.Ntp(_time.GetUtcNow()), _firstTimestamp + position, (uint)Sent, _octets);
        return what == Goodbye ? RtcpWriter.Goodbye(datagram, sender, "speechqa") : RtcpWriter.SenderReport(datagram, sender, "speechqa");
    }

    private static void Check(RtpStreamSettings settings)
    {
        if (!settings.Format.IsAudio) throw new BadInputException($"{settings.Format} carries no samples", "send PCMU, PCMA or L16");
        if (settings.PacketMs is < 10 or > 60) throw new BadInputException($"packets of {settings.PacketMs} ms", "choose 10 to 60 ms");
        if (settings.LossPercent is not (>= 0 and <= 100))
            throw new BadInputException($"loss of {settings.LossPercent} %", "choose 0 to 100");
        if (settings.LossBurst is not (>= 1 and <= 100))
            throw new BadInputException($"losses of {settings.LossBurst} packets", "choose 1 to 100");
        if (settings.ReorderPercent is not (>= 0 and <= 100))
            throw new BadInputException($"reordering of {settings.ReorderPercent} %", "choose 0 to 100");
        if (settings.DriftPpm is not (>= -1000 and <= 1000))
            throw new BadInputException($"a drift of {settings.DriftPpm} ppm", "choose -1000 to 1000");
        if (settings.JitterMs is < 0 or > 1000) throw new BadInputException($"jitter of {settings.JitterMs} ms", "choose 0 to 1000 ms");
    }

    /// <summary>A packet may leave before one that was decided earlier, so all that could be next are decided.</summary>
    private void Decide()
    {
        while (_next < _packets && (!_leaving.TryPeek(out _, out var first) || Time(_next).Ticks <= first.Ticks))
        {
            var time = Time(_next);
            if (time >= _nextReport)
            {
                Leave(Report, time);
                _nextReport += ReportPeriod;
            }
            if (IsLost()) LeftOut++;
            else Leave(_next, time + Delay());
            if (++_next == _packets) Leave(Goodbye, Time(_packets) + TimeSpan.FromMilliseconds(_settings.JitterMs));
        }
    }

    private TimeSpan Time(int packet) => TimeSpan.FromMilliseconds(packet * _settings.PacketMs / (1 + _settings.DriftPpm / 1e6));

    private bool IsLost()
    {
        var loss = _settings.LossPercent / 100;
        // Chance to begin and to go on, so that the share is the loss and the mean length the burst.
        var chance = _settings.LossBurst == 1 || loss >= 1 ? loss
            : _losing ? 1 - 1 / _settings.LossBurst
            : loss / (_settings.LossBurst * (1 - loss));
        return _losing = _random.NextDouble() < chance;
    }

    /// <summary>One and a half packets is behind the next and before the one after it.</summary>
    private TimeSpan Delay()
    {
        var jitter = _random.NextDouble() * _settings.JitterMs;
        var behind = _settings.ReorderPercent > 0 && _random.NextDouble() * 100 < _settings.ReorderPercent ? 1.5 * _settings.PacketMs : 0;
        return TimeSpan.FromMilliseconds(jitter + behind);
    }

    private void Leave(int what, TimeSpan due) => _leaving.Enqueue(what, (due.Ticks, _decided++));

    private int Packet(Span<byte> datagram, int index)
    {
        var first = index * _packetSamples;
        var samples = _samples.Span.Slice(first, Math.Min(_packetSamples, _samples.Length - first));
        RtpPacket.WriteHeader(datagram, index == 0, _settings.PayloadType, (ushort)(_firstSequence + index), _firstTimestamp + (uint)first,
            _ssrc);
        var payload = datagram.Slice(RtpPacket.FixedHeaderBytes, samples.Length * _settings.Format.SampleBytes);
        AudioPayload.Encode(_settings.Format.Codec, samples, payload);
        Sent++;
        _octets += (uint)payload.Length;
        return RtpPacket.FixedHeaderBytes + payload.Length;
    }
}
