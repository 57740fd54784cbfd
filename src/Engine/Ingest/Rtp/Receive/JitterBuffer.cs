using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>What became of a packet given to the <see cref="JitterBuffer"/>.</summary>
internal enum JitterOutcome
{
    /// <summary>In order: given on at once.</summary>
    Released,

    /// <summary>Ahead of a hole: kept until the hole is filled or given up.</summary>
    Held,

    /// <summary>Came before.</summary>
    Duplicate,

    /// <summary>Its place was given up as lost.</summary>
    Late,

    /// <summary>Far from the sequence; believed when the next number follows.</summary>
    Suspect,

    /// <summary>The second packet of a new sequence: the sender began anew.</summary>
    Restarted,
}

/// <param name="Arrival">When the packet came.</param>
/// <param name="Missing">Packets given up as lost just before this one.</param>
/// <param name="Restart">The sequence began anew with this packet.</param>
/// <param name="Format">What its payload is; null where it means nothing to the leg.</param>
internal readonly record struct Delivery(long Arrival, int Missing, bool Restart, PayloadFormat? Format);

/// <summary>
/// Puts packets into the order of their sequence numbers. Nothing is played here, so nothing waits for a clock: packets
/// in order are given on at once, packets ahead of a hole are held until
/// <list type="number">
/// <item>the hole is filled, or</item>
/// <item>held packets cover the reorder depth, or one has been held for <c>longestHold</c>: then the hole is lost.</item>
/// </list>
/// The depth begins at 60 ms, grows to as much as 200 ms when packets come later than that, and goes back slowly.
/// Sequence numbers far off (RFC 3550 A.1: more than 3000 ahead or 100 behind) are believed when the next one follows.
/// Held packets lie in slots that grow to the longest packet they ever held.
/// </summary>
internal sealed class JitterBuffer
{
    internal delegate void Release(in RtpPacket packet, in Delivery delivery);

    internal const int Slots = 64;
    private const int MaxDropout = 3000;
    private const int MaxMisorder = 100;
    private const int CalmPackets = 500;

    private readonly Release _release;
    private readonly int _shallow;
    private readonly int _deepest;
    private readonly long _longestHold;
    private readonly Held[] _held = new Held[Slots + 1];
    private readonly byte[]?[] _payloads = new byte[Slots + 1][];

    private bool _started;
    private long _base;
    private long _next;
    private long _highest;
    private uint _newestEnd;
    private UInt128 _received;
    private int _heldCount;
    private int _missing;
    private int _depth;
    private int _calm;
    private long _expectedBefore;

    /// <param name="release">Gets every packet once, in order.</param>
    /// <param name="clockRate">Units of the time stamp per second.</param>
    /// <param name="longestHold">In units of the arrival stamps.</param>
    public JitterBuffer(Release release, int clockRate, long longestHold)
    {
        _release = release;
        _shallow = _depth = clockRate * 60 / 1000;
        _deepest = clockRate * 200 / 1000;
        _longestHold = longestHold;
    }

    /// <summary>Packets the sequence numbers promise so far (RFC 3550 A.3), of all sequences.</summary>
    public long Expected => _expectedBefore + SequenceExpected;

    /// <summary>Those of the present sequence.</summary>
    public long SequenceExpected => _started ? _highest - _base + 1 : 0;

    /// <summary>
    /// The highest sequence number with its wraps since the start of the sequence in the upper half, as receiver reports want it
    /// (RFC 3550 section 6.4.1): a sequence begins in cycle 0.
    /// </summary>
    public uint ExtendedHighest => (uint)_highest;

    /// <summary>Packets that arrived behind one with a higher number.</summary>
    public long Reordered { get; private set; }

    /// <summary>Begins a sequence at <paramref name="sequence"/>; what is held must have been flushed.</summary>
    public void Start(ushort sequence)
    {
        _expectedBefore = Expected;
        _started = true;
        // Numbers just before the start may become negative; they come late, so they never have a slot.
        _base = _next = sequence;
        _highest = _next - 1;
        _received = 0;
        _missing = 0;
        _held[Slots] = default;
    }

    /// <summary>Takes a packet; may release any number of packets.</summary>
    /// <param name="packet">Its payload is kept in a copy while it waits.</param>
    /// <param name="format">What its payload is; null where it means nothing to the leg.</param>
    public JitterOutcome Insert(in RtpPacket packet, PayloadFormat? format, long arrival)
    {
        if (!_started) Start(packet.SequenceNumber);
        var ahead = (short)(packet.SequenceNumber - (ushort)_highest);
        if (ahead is > MaxDropout or < -MaxMisorder) return Jump(packet, format, arrival);
        _held[Slots] = default;

        var sequence = _highest + ahead;
        if (!Note(ahead)) return JitterOutcome.Duplicate;
        var samples = SamplesOf(packet.Payload.Length, format);
        if (ahead > 0) _newestEnd = packet.Timestamp + (uint)samples;
        if (sequence < _next)
        {
            Deepen(packet.Timestamp, samples);
            return JitterOutcome.Late;
        }
        if (sequence == _next)
        {
            Deliver(packet, format, arrival, restart: false);
            DrainInOrder();
            Calm();
            return JitterOutcome.Released;
        }
        Advance(sequence - Slots + 1);
        Keep(Slot(sequence), packet, sequence, format, arrival);
        _heldCount++;
        GiveUpCovered(arrival);
        return JitterOutcome.Held;
    }

    /// <summary>Gives up holes behind which packets have waited too long.</summary>
    public void GiveUpOld(long now)
    {
        while (_heldCount > 0 && now - _held[Slot(Earliest())].Arrival >= _longestHold) GiveUpHole();
    }

    /// <summary>Releases everything held.</summary>
    public void Flush()
    {
        while (_heldCount > 0) GiveUpHole();
    }

    private static int Slot(long sequence) => (int)(sequence % Slots);

    /// <summary>Remembers that a number came; false if it had come before.</summary>
    private bool Note(int ahead)
    {
        if (ahead > 0)
        {
            _received = ahead >= 128 ? UInt128.One : (_received << ahead) | UInt128.One;
            _highest += ahead;
            return true;
        }
        var bit = UInt128.One << -ahead;
        if ((_received & bit) != 0) return false;
        _received |= bit;
        _base = Math.Min(_base, _highest + ahead);
        Reordered++;
        return true;
    }

    private JitterOutcome Jump(in RtpPacket packet, PayloadFormat? format, long arrival)
    {
        ref var suspect = ref _held[Slots];
        if (!suspect.Filled || packet.SequenceNumber != (ushort)(suspect.Sequence + 1))
        {
            Keep(Slots, packet, packet.SequenceNumber, format, arrival);
            return JitterOutcome.Suspect;
        }
        Flush();
        var first = suspect;
        Start((ushort)first.Sequence);
        Note(1);
        Deliver(View(first, Slots), first.Format, first.Arrival, restart: true);
        Note(1);
        Deliver(packet, format, arrival, restart: false);
        return JitterOutcome.Restarted;
    }

    private void Deliver(in RtpPacket packet, PayloadFormat? format, long arrival, bool restart)
    {
        var missing = _missing;
        _missing = 0;
        _next++;
        _release(packet, new Delivery(arrival, missing, restart, format));
    }

    private void DrainInOrder()
    {
        while (_heldCount > 0 && _held[Slot(_next)].Filled) DeliverHeld();
    }

    private void DeliverHeld()
    {
        var slot = Slot(_next);
        var held = _held[slot];
        _held[slot] = default;
        _heldCount--;
        Deliver(View(held, slot), held.Format, held.Arrival, restart: false);
    }

    /// <summary>Moves on to <paramref name="next"/>; what is not there by then is lost.</summary>
    private void Advance(long next)
    {
        while (_next < next)
        {
            if (_heldCount > 0 && _held[Slot(_next)].Filled)
            {
                DeliverHeld();
                continue;
            }
            _missing++;
            _next++;
        }
    }

    private void GiveUpHole()
    {
        Advance(Earliest());
        DrainInOrder();
    }

    private void GiveUpCovered(long arrival)
    {
        while (_heldCount > 0)
        {
            // While anything is held the highest number is: it cannot have been released.
            ref readonly var earliest = ref _held[Slot(Earliest())];
            ref readonly var newest = ref _held[Slot(_highest)];
            var covered = (int)(newest.Timestamp - earliest.Timestamp) + newest.Samples;
            if (covered < _depth && arrival - earliest.Arrival < _longestHold) return;
            GiveUpHole();
        }
    }

    private long Earliest()
    {
        var sequence = _next;
        while (!_held[Slot(sequence)].Filled) sequence++;
        return sequence;
    }

    /// <summary>A packet came later than the depth allowed for: allow for as much and one packet more.</summary>
    private void Deepen(uint timestamp, int samples)
    {
        _calm = 0;
        if (samples == 0) return;
        var needed = (int)(_newestEnd - timestamp);
        if (needed > _depth) _depth = Math.Min(needed, _deepest);
    }

    private void Calm()
    {
        if (_depth == _shallow || ++_calm < CalmPackets) return;
        _calm = 0;
        _depth -= Math.Max((_depth - _shallow) / 8, 1);
    }

    private void Keep(int slot, in RtpPacket packet, long sequence, PayloadFormat? format, long arrival)
    {
        // A sender's packets are all about as long, and far shorter than the longest.
        ref var payload = ref _payloads[slot];
        if (payload is null || payload.Length < packet.Payload.Length) payload = new byte[packet.Payload.Length];
        packet.Payload.CopyTo(payload);
        _held[slot] = new Held(true, sequence, packet.Marker, packet.PayloadType, packet.Timestamp, packet.Ssrc,
            packet.Payload.Length, format, arrival);
    }

    /// <summary>Length in units of the time stamp; 0 where there is no audio.</summary>
    private static int SamplesOf(int bytes, PayloadFormat? format) =>
        format is { IsAudio: true } audio ? bytes / audio.SampleBytes : 0;

    private RtpPacket View(in Held held, int slot) => new(held.Marker, held.PayloadType, (ushort)held.Sequence, held.Timestamp, held.Ssrc,
        _payloads[slot].AsSpan(0, held.Bytes));

    private readonly record struct Held(bool Filled, long Sequence, bool Marker, byte PayloadType, uint Timestamp, uint Ssrc,
        int Bytes, PayloadFormat? Format, long Arrival)
    {
        public int Samples => SamplesOf(Bytes, Format);
    }
}
