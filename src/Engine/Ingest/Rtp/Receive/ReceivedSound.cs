using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// Notices that a leg's RTP yields no sound: payloads that are not decoded, comfort noise alone, no packets at all. One owner,
/// the leg's receiver.
/// </summary>
/// <param name="tell">Takes what was found; true when it holds no longer, because sound came after all.</param>
internal sealed class ReceivedSound(PayloadMap payloads, int rate, long perSecond, Action<SoundWarning, bool> tell)
{
    /// <summary>How long a leg may be without audio at its beginning, seconds of its own audio time.</summary>
    private const int PatienceSeconds = 15;

    private readonly UndecodablePayloads _undecodable = new(perSecond);
    private SoundWarning? _told;
    private bool _heard;

    /// <summary>A packet whose type means nothing here, or whose clock does not fit the leg.</summary>
    public void Undecodable(in RtpPacket packet, long position, long arrival)
    {
        PayloadFormat? format = payloads.TryGet(packet.PayloadType, out var known) ? known : null;
        if (_undecodable.Add(packet, format, rate, Seconds(position), arrival) is not { } warning) return;
        tell(warning, false);
        // Packets do come: their codec is what is wrong.
        if (_told is { } told) tell(told with { Seconds = Seconds(position) }, true);
        _told = null;
    }

    /// <summary>Audio was decoded.</summary>
    public void Heard(long position)
    {
        if (_heard) return;
        _heard = true;
        if (_told is { } told) tell(told with { Seconds = Seconds(position) }, true);
    }

    /// <summary>Time has gone on.</summary>
    /// <param name="locked">A stream was accepted.</param>
    public void Tick(long position, bool locked)
    {
        if (!_heard && _told is null && position >= (long)PatienceSeconds * rate) TellNothing(locked, null);
    }

    /// <summary>No more packets will come.</summary>
    public void End(long position, bool locked)
    {
        foreach (var warning in _undecodable.End(payloads, rate)) tell(warning, false);
        if (!_heard) TellNothing(locked, Seconds(position));
    }

    private void TellNothing(bool locked, double? seconds)
    {
        if (_undecodable.Any) return;
        // Which of the two it is may change meanwhile; the one that was told stays.
        var kind = _told?.Kind ?? (locked ? SoundWarningKind.ComfortNoiseOnly : SoundWarningKind.NoPackets);
        _told = kind == SoundWarningKind.ComfortNoiseOnly
            ? new SoundWarning(null, Party.Unknown, kind, 0, seconds, "RTP comes, but only comfort noise or telephone events: no audio",
                "check that the party is not muted or on hold at the sender")
            : new SoundWarning(null, Party.Unknown, kind, 0, seconds, "no RTP stream came for this leg",
                "check the address and port that the sender was given, its firewall, and the leg's source");
        tell(_told, false);
    }

    private double Seconds(long position) => Math.Round(position / (double)rate, 3);
}
