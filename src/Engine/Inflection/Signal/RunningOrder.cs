namespace SpeechQA.Engine.Inflection.Signal;

/// <summary>The last values, in order of size and of time.</summary>
internal sealed class RunningOrder(int capacity)
{
    private readonly double[] _ring = new double[capacity];
    private readonly double[] _sorted = new double[capacity];
    private int _next;

    public int Count { get; private set; }

    /// <summary>Ascending.</summary>
    public ReadOnlySpan<double> Sorted => _sorted.AsSpan(0, Count);

    public void Add(double value)
    {
        if (Count == _ring.Length) Remove(_ring[_next]);
        Insert(value);
        _ring[_next] = value;
        _next = (_next + 1) % _ring.Length;
    }

    /// <summary>The newest values, the oldest of them first; 0 where there were none.</summary>
    public void Last(Span<double> values)
    {
        var from = _next - values.Length;
        for (var i = 0; i < values.Length; i++) values[i] = _ring[(from + i + _ring.Length) % _ring.Length];
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
