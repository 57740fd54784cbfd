namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// Interarrival jitter as RFC 3550 A.8 estimates it: the mean deviation, smoothed over 16 packets, of how much longer or
/// shorter than the packet before a packet was on its way.
/// </summary>
internal sealed class ArrivalJitter(int clockRate, long arrivalsPerSecond)
{
    private readonly double _unitsPerStamp = (double)clockRate / arrivalsPerSecond;
    private bool _known;
    private long _arrival;
    private uint _timestamp;

    /// <summary>In units of the time stamp.</summary>
    public double Units { get; private set; }

    public double Milliseconds => Units * 1000 / clockRate;

    /// <summary>A packet of the stream, in the order of arrival.</summary>
    public void Packet(uint timestamp, long arrival)
    {
        if (_known)
        {
            var difference = (arrival - _arrival) * _unitsPerStamp - (int)(timestamp - _timestamp);
            // A sender that began anew says nothing about the way of its packets.
            if (Math.Abs(difference) < clockRate) Units += (Math.Abs(difference) - Units) / 16;
        }
        (_known, _arrival, _timestamp) = (true, arrival, timestamp);
    }

    /// <summary>Another stream begins; the estimate stays.</summary>
    public void Restart() => _known = false;
}
