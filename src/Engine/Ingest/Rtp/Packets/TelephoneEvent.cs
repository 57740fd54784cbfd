using System.Buffers.Binary;

namespace SpeechQA.Engine.Ingest.Rtp.Packets;

/// <summary>A key or tone that was sent beside the audio (RFC 4733).</summary>
/// <param name="Code">0..9 digits, 10 *, 11 #, 12..15 A..D, 16 hook flash; others are tones.</param>
/// <param name="Start">Position in the leg, samples at its own rate.</param>
/// <param name="Duration">Samples at the leg's own rate.</param>
public readonly record struct TelephoneEvent(byte Code, long Start, long Duration)
{
    /// <summary>The key, or <c>?</c> for what is not a key of a telephone.</summary>
    public char Digit => Code < 16 ? "0123456789*#ABCD"[Code] : '?';
}

/// <summary>
/// Puts the packets of an event together; the event is told once, at its first end packet.
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |     event     |E|R| volume    |          duration             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// All packets of an event bear the time stamp of its start, so the three end packets are one event; an event whose end
/// packets were all lost is told when the next one starts or audio goes on (RFC 4733 section 2.5.1).
/// </summary>
internal sealed class TelephoneEvents(Action<TelephoneEvent> tell)
{
    /// <summary>Bytes of one event.</summary>
    public const int PayloadBytes = 4;

    private bool _known;
    private bool _told;
    private uint _timestamp;
    private byte _code;
    private long _start;
    private long _before;
    private ushort _duration;

    /// <summary>A packet of an event.</summary>
    /// <param name="payload">At least <see cref="PayloadBytes"/>.</param>
    /// <param name="position">Of its time stamp in the leg.</param>
    public void Packet(ReadOnlySpan<byte> payload, uint timestamp, long position)
    {
        var code = payload[0];
        var duration = BinaryPrimitives.ReadUInt16BigEndian(payload[2..]);
        if (!_known || timestamp != _timestamp) Begin(code, timestamp, position);
        if (_told) return;
        _duration = Math.Max(_duration, duration);
        if ((payload[1] & 0x80) != 0) Tell();
    }

    /// <summary>Audio was received at <paramref name="position"/>: an event that ended before it is over.</summary>
    /// <param name="slack">Samples by which audio must be later, so that audio sent beside an event does not cut it.</param>
    public void Audio(long position, long slack)
    {
        if (_known && !_told && position > _start + _before + _duration + slack) Tell();
    }

    /// <summary>The stream is over, or another one begins.</summary>
    public void End()
    {
        if (_known && !_told) Tell();
        _known = false;
    }

    private void Begin(byte code, uint timestamp, long position)
    {
        // An event longer than its 16-bit duration goes on in segments, each starting where the last one was full.
        if (_known && !_told && code == _code && _duration == ushort.MaxValue && timestamp == _timestamp + ushort.MaxValue)
        {
            _before += _duration;
        }
        else
        {
            if (_known && !_told) Tell();
            (_known, _told, _code, _start, _before) = (true, false, code, position, 0);
        }
        _timestamp = timestamp;
        _duration = 0;
    }

    private void Tell()
    {
        _told = true;
        tell(new TelephoneEvent(_code, _start, _before + _duration));
    }
}
