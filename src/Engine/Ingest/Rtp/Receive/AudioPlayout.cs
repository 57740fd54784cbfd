using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// Writes a stream's audio into the leg's pipe so that each sample lies at its exact place: position = time stamp less the
/// first time stamp. What was not received is written as what it is:
/// <list type="number">
/// <item>a hole in the time stamps while the sequence numbers go on: the sender sent nothing, <see cref="AudioChunkKind.Silence"/>;</item>
/// <item>missing sequence numbers: <see cref="AudioChunkKind.Concealed"/> for up to 60 ms, then <see cref="AudioChunkKind.Lost"/>;</item>
/// <item>nothing arrives for 250 ms (<see cref="Tick"/>): Silence, so that audio time goes on; when packets come again only
/// the rest of the hole is filled, and audio whose place is taken is dropped as late.</item>
/// </list>
/// A time stamp that nothing explains (a sender that began anew, or stopped its clock during hold) is not believed: the
/// audio goes to where its arrival puts it and positions count on from there.
/// </summary>
internal sealed class AudioPlayout
{
    private const int IdleMs = 250;
    private const int BehindMs = 200;
    private const int BelievedSeconds = 30;

    private readonly LegPipe _pipe;
    private readonly LossConcealment _concealment;
    private readonly short[] _made;
    private readonly int _rate;
    private readonly long _perSecond;
    private readonly bool _stamped;
    private readonly AudioOrigin _origin;

    private bool _anchored;
    private bool _restarted;
    private uint _timestamp;
    private long _position;
    private long _written;
    private int _packetSamples;
    private bool _silenceAnnounced;
    private int _missingBeforeSilence;
    private long? _behindSince;
    private long _arrival;
    private long _arrivalPosition;

    /// <param name="arrivalsPerSecond">Units of the arrival stamps per second.</param>
    /// <param name="stamped">Whether arrivals go into the pipe; not where they are not of this machine's clock.</param>
    /// <param name="origin">Where the audio time of the call begins.</param>
    public AudioPlayout(LegPipe pipe, long arrivalsPerSecond, bool stamped, AudioOrigin origin)
    {
        _origin = origin;
        _pipe = pipe;
        _rate = pipe.SampleRate;
        _perSecond = arrivalsPerSecond;
        _stamped = stamped;
        _concealment = new LossConcealment(_rate);
        _made = new short[LossConcealment.LongestMs * _rate / 1000];
        _packetSamples = _rate / 50;
    }

    /// <summary>Samples written so far, holes included.</summary>
    public long Written => _written;

    /// <summary>Samples of time in which nothing was sent.</summary>
    public long SilenceSamples { get; private set; }

    /// <summary>Samples made up for lost packets.</summary>
    public long ConcealedSamples { get; private set; }

    /// <summary>Samples lost beyond concealment.</summary>
    public long LostSamples { get; private set; }

    /// <summary>Samples that came after their place had been filled.</summary>
    public long LateSamples { get; private set; }

    /// <summary>Position of a time stamp near those received last.</summary>
    public long Locate(uint timestamp) => _restarted ? _written : Math.Max(_position + (int)(timestamp - _timestamp), 0);

    /// <summary>
    /// The first packet of any kind: its time stamp is position 0, or, where another leg of the call began before, as far
    /// behind that as it arrived.
    /// </summary>
    public void Anchor(uint timestamp, long arrival)
    {
        if (_anchored) return;
        _anchored = true;
        (_timestamp, _arrival) = (timestamp, _origin.Begin(arrival, _perSecond));
        _position = Math.Max(Samples(arrival - _arrival), 0);
    }

    /// <summary>The next audio is of another stream: it goes to where its arrival puts it.</summary>
    public void Restart() => _restarted = true;

    /// <summary>The sender says that it is silent (comfort noise).</summary>
    /// <param name="missing">Packets lost just before it said so.</param>
    public void AnnounceSilence(int missing)
    {
        if (_silenceAnnounced) return;
        _silenceAnnounced = true;
        _missingBeforeSilence = missing;
    }

    /// <summary>Audio of one packet, in order.</summary>
    /// <param name="missing">Packets lost just before it.</param>
    public void WriteAudio(ReadOnlySpan<short> samples, uint timestamp, long arrival, int missing)
    {
        if (samples.IsEmpty) return;
        var position = Place(timestamp, samples.Length, arrival);
        if (position + samples.Length <= _written)
        {
            if (!StoodStill(arrival))
            {
                LateSamples += samples.Length;
                return;
            }
            position = Reanchor(samples.Length, arrival);
        }
        _behindSince = null;

        (_timestamp, _position) = (timestamp, position);
        if (position > _written) FillHole(position - _written, missing, arrival);
        if (position < _written) LateSamples += _written - position;
        var fresh = samples[(int)(_written - position)..];
        _concealment.Remember(fresh);
        Write(AudioChunkKind.Audio, fresh, fresh.Length, arrival);

        _packetSamples = samples.Length;
        _silenceAnnounced = false;
        if (arrival - _arrival >= 0) _arrival = arrival;
        _arrivalPosition = _written;
    }

    /// <summary>Lets audio time go on while nothing arrives.</summary>
    public void Tick(long now)
    {
        if (!_anchored)
        {
            if (_origin.Stamp is not { } begun) return;
            _arrival = begun;
        }
        var idle = Samples(now - _arrival) - IdleMs * _rate / 1000;
        var silence = _arrivalPosition + idle - _written;
        if (idle > 0 && silence > 0) WriteSilence(silence, now);
    }

    private long Samples(long stamps) => (long)((double)stamps * _rate / _perSecond);

    /// <summary>Where the audio belongs: by its time stamp if that can be, else by its arrival.</summary>
    private long Place(uint timestamp, int length, long arrival)
    {
        var position = _position + (int)(timestamp - _timestamp);
        var believed = _written + Math.Max(Samples(arrival - _arrival), 0) + BelievedSeconds * _rate;
        var restarted = _restarted;
        _restarted = false;
        return restarted || position > believed ? Reanchor(length, arrival) : position;
    }

    /// <summary>Audio that arrives now was spoken until now.</summary>
    private long Reanchor(int length, long arrival) =>
        Math.Max(_written, _arrivalPosition + Samples(arrival - _arrival) - length);

    /// <summary>Whether packets have found their places taken for so long that the sender's clock must have stood still.</summary>
    private bool StoodStill(long arrival)
    {
        _behindSince ??= arrival;
        return Samples(arrival - _behindSince.Value) >= BehindMs * _rate / 1000;
    }

    private void FillHole(long hole, int missing, long arrival)
    {
        // What was lost before the talker fell silent lies at the front of the hole, what was lost since he spoke again at
        // its end. A silence that was not announced begins, as far as one can know, after the loss.
        var front = Math.Min(hole, (long)(_silenceAnnounced ? _missingBeforeSilence : missing) * _packetSamples);
        var end = Math.Min(hole - front, _silenceAnnounced ? (long)missing * _packetSamples : 0);
        WriteLost(front, arrival);
        WriteSilence(hole - front - end, arrival);
        WriteLost(end, arrival);
    }

    private void WriteLost(long lost, long arrival)
    {
        if (lost == 0) return;
        var made = _made.AsSpan(0, (int)Math.Min(lost, _concealment.Left));
        if (!made.IsEmpty)
        {
            _concealment.Conceal(made);
            ConcealedSamples += made.Length;
            Write(AudioChunkKind.Concealed, made, made.Length, arrival);
        }
        lost -= made.Length;
        if (lost == 0) return;
        LostSamples += lost;
        Write(AudioChunkKind.Lost, [], lost, arrival);
    }

    private void WriteSilence(long silence, long arrival)
    {
        if (silence == 0) return;
        _concealment.Forget();
        SilenceSamples += silence;
        Write(AudioChunkKind.Silence, [], silence, arrival);
    }

    private void Write(AudioChunkKind kind, ReadOnlySpan<short> samples, long length, long arrival)
    {
        _written += length;
        // A full pipe counts what it drops and marks the place; the socket goes on.
        _ = _pipe.TryWrite(kind, samples, length, _stamped ? arrival : 0);
    }
}
