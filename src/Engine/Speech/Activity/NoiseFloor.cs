namespace SpeechQA.Engine.Speech.Activity;

/// <summary>
/// The level of a leg's line between words: the lower decile of the frame levels of the last 8 s. A quantile needs no
/// decision about what is speech, so a detector that is deaf cannot spoil it.
/// </summary>
public sealed class NoiseFloor
{
    private const int Frames = 250;
    private const float Lowest = -100, Step = 0.5f;
    private const int Bins = 200;

    private readonly byte[] _ring = new byte[Frames];
    private readonly int[] _histogram = new int[Bins];
    private int _count, _next;

    /// <summary>Frames seen, at most 8 s of them.</summary>
    public int Count => _count;

    /// <summary>dBov; -100 before the first frame.</summary>
    public float Level { get; private set; } = Lowest;

    /// <param name="level">Level of a frame, dBov.</param>
    public void Add(float level)
    {
        var bin = (byte)Math.Clamp((int)((level - Lowest) / Step), 0, Bins - 1);
        if (_count == Frames) _histogram[_ring[_next]]--;
        else _count++;
        _ring[_next] = bin;
        _next = (_next + 1) % Frames;
        _histogram[bin]++;
        var rank = _count / 10;
        var sum = 0;
        for (var i = 0; i < Bins; i++)
        {
            sum += _histogram[i];
            if (sum <= rank) continue;
            Level = Lowest + i * Step;
            return;
        }
    }
}
