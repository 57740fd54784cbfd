namespace SpeechQA.Engine.Inflection;

/// <summary>The last levels of a leg, for quantiles over them.</summary>
internal sealed class LevelHistory(int capacity)
{
    private readonly double[] _ring = new double[capacity];
    private readonly double[] _sorted = new double[capacity];
    private int _next;
    private bool _isSorted;

    public int Count { get; private set; }

    public void Add(double level)
    {
        _ring[_next] = level;
        _next = (_next + 1) % _ring.Length;
        Count = Math.Min(Count + 1, _ring.Length);
        _isSorted = false;
    }

    /// <summary>The newest levels, the oldest of them first.</summary>
    public void Last(Span<double> levels)
    {
        var from = _next - levels.Length;
        for (var i = 0; i < levels.Length; i++) levels[i] = _ring[(from + i + _ring.Length) % _ring.Length];
    }

    /// <summary>The level of which <paramref name="rank"/> are lower.</summary>
    public double AtRank(int rank) => Sorted()[rank];

    /// <summary>Quantile <paramref name="share"/> (0..1), interpolated between neighbours.</summary>
    public double Quantile(double share) => Quantiles.Of(Sorted(), share);

    private ReadOnlySpan<double> Sorted()
    {
        var sorted = _sorted.AsSpan(0, Count);
        if (!_isSorted)
        {
            _ring.AsSpan(0, Count).CopyTo(sorted);
            sorted.Sort();
            _isSorted = true;
        }
        return sorted;
    }
}
