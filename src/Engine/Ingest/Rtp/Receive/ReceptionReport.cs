using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// How the leg's stream is received, for RTCP receiver reports (RFC 3550 sections 6.4.1 and A.3), and what its sender says in RTCP.
/// All counts are of the present stream and of its present sequence: they begin anew with another SSRC, and where a sender begins its
/// sequence anew (A.1). The leg's <see cref="RtpStatistics"/> go on over both.
/// </summary>
internal sealed class ReceptionReport(JitterBuffer buffer, ArrivalJitter jitter, long arrivalsPerSecond)
{
    private const int MostLost = 0x7F_FFFF;

    private long _received;
    private long _reportedExpected;
    private long _reportedReceived;
    private RtcpSenderReport? _sender;
    private long _senderArrival;

    /// <summary>The sender's last statement of its clocks, and when it came.</summary>
    public (RtcpSenderReport Report, long Arrival)? LastSenderReport => _sender is { } sender ? (sender, _senderArrival) : null;

    /// <summary>Sender reports of all streams of the leg.</summary>
    public long SenderReports { get; private set; }

    /// <summary>The sender of the present stream said goodbye.</summary>
    public bool Ended { get; private set; }

    /// <summary>Another stream is the leg's now.</summary>
    public void BeginStream()
    {
        BeginSequence();
        _sender = null;
        Ended = false;
    }

    /// <summary>The sequence numbers of the stream began anew.</summary>
    public void BeginSequence() => _received = _reportedExpected = _reportedReceived = 0;

    /// <summary>A packet of the sequence came; late ones and duplicates are packets too (section 6.4.1), so loss may be negative.</summary>
    public void Count(int packets = 1) => _received += packets;

    /// <summary>Takes what an RTCP packet says of a stream.</summary>
    public void Take(in RtcpPacket packet, uint ssrc, long arrival)
    {
        if (packet.TryGetSender(out var sender) && sender.Ssrc == ssrc)
        {
            (_sender, _senderArrival) = (sender, arrival);
            SenderReports++;
        }
        if (packet.SaysGoodbye(ssrc)) Ended = true;
    }

    /// <summary>The report block on a stream, with the fraction lost since the last call of this method.</summary>
    public RtcpReportBlock Next(uint ssrc, long now)
    {
        var expected = buffer.SequenceExpected;
        var lost = Math.Clamp(expected - _received, -MostLost - 1, MostLost);
        var fraction = FractionLost(expected - _reportedExpected, _received - _reportedReceived);
        (_reportedExpected, _reportedReceived) = (expected, _received);
        var delay = _sender is null ? 0 : (uint)Math.Clamp((now - _senderArrival) * 65_536.0 / arrivalsPerSecond, 0, uint.MaxValue);
        // The middle 32 bits of the sender's 64-bit NTP time.
        var lastReport = (uint)((_sender?.Ntp ?? 0) >> 16);
        return new RtcpReportBlock(ssrc, fraction, (int)lost, buffer.ExtendedHighest, (uint)jitter.Units, lastReport, delay);
    }

    /// <summary>
    /// In 1/256, as RFC 3550 A.3 has it: 0 where duplicates outweigh what is missing, and never 256, which a byte cannot hold.
    /// </summary>
    private static byte FractionLost(long expected, long received)
    {
        var lost = expected - received;
        return expected <= 0 || lost <= 0 ? (byte)0 : (byte)Math.Min(lost * 256 / expected, byte.MaxValue);
    }
}
