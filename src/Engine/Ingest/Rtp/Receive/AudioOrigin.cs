namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// Where the audio time of a call begins: the arrival of the first packet of any of its legs. Shared by the legs'
/// receivers, so that the first leg is not delayed and a later one begins as far behind it as it arrived. Safe for
/// concurrent use.
/// </summary>
public sealed class AudioOrigin
{
    /// <summary>Largest difference of first packets that is taken for none.</summary>
    public static readonly TimeSpan Together = TimeSpan.FromMilliseconds(60);

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

    /// <summary>
    /// A leg's first packet: answers the stamp of position 0 of that leg. Legs that begin within
    /// <see cref="Together"/> of each other begin together: so little is the network's doing, not the speakers', and the
    /// same call then has the same frames however it comes in.
    /// </summary>
    /// <param name="perSecond">Stamps per second.</param>
    public long Begin(long arrival, long perSecond)
    {
        lock (_lock)
        {
            _stamp ??= arrival;
            return arrival - _stamp.Value <= Together.TotalSeconds * perSecond ? arrival : _stamp.Value;
        }
    }
}
