using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>Median of the last values.</summary>
internal sealed class RunningMedian(int capacity)
{
    private readonly RunningOrder _values = new(capacity);

    public int Count => _values.Count;

    /// <summary>The mean of the two middle values when their number is even; NaN without values.</summary>
    public double Value => Count == 0 ? double.NaN : (_values.Sorted[(Count - 1) / 2] + _values.Sorted[Count / 2]) / 2;

    public void Add(double value) => _values.Add(value);
}
