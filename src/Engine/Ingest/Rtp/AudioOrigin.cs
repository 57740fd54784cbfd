namespace SpeechQA.Engine.Ingest.Rtp;

/// <summary>
/// Where the audio time of a call begins: the arrival of the first packet of any of its legs. Shared by the legs'
/// receivers, so that the first leg is not delayed and a later one begins as far behind it as it arrived. Safe for
/// concurrent use.
/// </summary>
public sealed class AudioOrigin
{
    private readonly Lock _lock = new();
    private long? _stamp;

    /// <summary>Arrival stamp of position 0, or null before the first packet.</summary>
    public long? Stamp
    {
        get
        {
            lock (_lock) return _stamp;
        }
    }

    /// <summary>A leg's first packet: answers the stamp of position 0, which is its own if it is the first of the call.</summary>
    public long Begin(long arrival)
    {
        lock (_lock) return _stamp ??= arrival;
    }
}
