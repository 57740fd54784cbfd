namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>Median of the last values.</summary>
internal sealed class RunningMedian(int capacity)
{
    private readonly double[] _ring = new double[capacity];
    private readonly double[] _sorted = new double[capacity];
    private int _next;

    public int Count { get; private set; }

    /// <summary>The mean of the two middle values when their number is even; NaN without values.</summary>
    public double Value => Count == 0 ? double.NaN : (_sorted[(Count - 1) / 2] + _sorted[Count / 2]) / 2;

    public void Add(double value)
    {
        if (Count == _ring.Length) Remove(_ring[_next]);
        Insert(value);
        _ring[_next] = value;
        _next = (_next + 1) % _ring.Length;
    }

    private void Insert(double value)
    {
        var at = Array.BinarySearch(_sorted, 0, Count, value);
        if (at < 0) at = ~at;
        Array.Copy(_sorted, at, _sorted, at + 1, Count - at);
        _sorted[at] = value;
        Count++;
    }

    private void Remove(double value)
    {
        var at = Array.BinarySearch(_sorted, 0, Count, value);
        Count--;
        Array.Copy(_sorted, at + 1, _sorted, at, Count - at);
    }
}
