using SpeechQA.Engine.Conversation;

namespace SpeechQA.Engine.Calls.Timeline;

/// <summary>
/// Brings the events of a call's legs into one order: by decision time, then leg, then the leg's own order. An event is
/// released when every leg has passed its decision time, so the order does not depend on which leg was faster.
/// </summary>
internal sealed class MergedOrder(int legs)
{
    private readonly PriorityQueue<LegEvent, (long Decided, int Leg, long Ordinal)> _waiting = new();
    private readonly long[] _passed = new long[legs];
    private long _ordinal;

    /// <summary>How many legs the call has.</summary>
    public int Legs => legs;

    /// <summary>Takes the next event of a leg.</summary>
    public void Add(LegEvent e)
    {
        _waiting.Enqueue(e, (e.Decided, e.Leg, _ordinal++));
        _passed[e.Leg] = e is LegEnded ? long.MaxValue : Math.Max(_passed[e.Leg], e.Decided);
    }

    /// <summary>The next event that every leg has passed.</summary>
    public bool TryTake(out LegEvent e)
    {
        // Strictly before: a leg may still decide more at the very time it has reached.
        if (_waiting.TryPeek(out e!, out var key) && key.Decided < _passed.Min())
        {
            _waiting.Dequeue();
            return true;
        }
        e = null!;
        return false;
    }
}
