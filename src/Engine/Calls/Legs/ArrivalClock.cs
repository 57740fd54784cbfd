namespace SpeechQA.Engine.Calls.Legs;

/// <summary>When the audio of a leg arrived: the wall stamps of its last packets, for stage clocks only.</summary>
internal sealed class ArrivalClock
{
    private readonly (long End, long Stamp)[] _ring = new (long, long)[256];
    private int _next, _count;

    /// <param name="end">Position after the packet's last sample.</param>
    public void Add(long end, long stamp)
    {
        _ring[_next] = (end, stamp);
        _next = (_next + 1) % _ring.Length;
        if (_count < _ring.Length) _count++;
    }

    /// <summary>
    /// Stamp of the packet that brought the sample before <paramref name="position"/>; of the oldest known if it is older.
    /// </summary>
    public long Of(long position)
    {
        var stamp = 0L;
        for (var i = 1; i <= _count; i++)
        {
            var (end, arrived) = _ring[(_next - i + _ring.Length) % _ring.Length];
            if (end < position && stamp != 0) break;
            stamp = arrived;
        }
        return stamp;
    }
}
