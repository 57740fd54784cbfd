using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Inflection;

/// <summary>The last 3 s of a leg at 8 kHz, with what became of them on the way.</summary>
internal sealed class InflectionWindow
{
    private const int Hop = InflectionAudio.HopSamples;
    private const int Hops = InflectionAudio.WindowSamples / Hop;

    private readonly float[] _samples = new float[InflectionAudio.WindowSamples];
    private readonly int[] _lost = new int[Hops];
    private readonly int[] _voiced = new int[Hops];
    private int _filled;

    /// <summary>24000 samples when <see cref="IsFull"/>.</summary>
    public ReadOnlySpan<float> Samples => _samples;

    public bool IsFull => _filled == _samples.Length;

    /// <summary>Samples that it still needs.</summary>
    public int Missing => _samples.Length - _filled;

    /// <summary>Share that was lost, 0..1.</summary>
    public double LostShare => Sum(_lost) / (double)_samples.Length;

    /// <summary>Seconds that the voice detector heard voice in.</summary>
    public double VoicedSeconds => Sum(_voiced) / (double)InflectionAudio.Rate;

    /// <summary>Where the next samples go.</summary>
    public Span<float> Room => _samples.AsSpan(_filled);

    /// <summary>So many samples have been written to <see cref="Room"/>.</summary>
    public void Add(int count, bool voiced, bool lost)
    {
        while (count > 0)
        {
            var part = Math.Min(count, Hop - _filled % Hop);
            if (lost) _lost[_filled / Hop] += part;
            if (voiced) _voiced[_filled / Hop] += part;
            _filled += part;
            count -= part;
        }
    }

    /// <summary>Forgets the oldest 0.5 s.</summary>
    public void Move()
    {
        _samples.AsSpan(Hop).CopyTo(_samples);
        _filled -= Hop;
        Move(_lost);
        Move(_voiced);
    }

    private static void Move(int[] counts)
    {
        counts.AsSpan(1).CopyTo(counts);
        counts[^1] = 0;
    }

    private static int Sum(int[] counts)
    {
        var sum = 0;
        foreach (var count in counts) sum += count;
        return sum;
    }
}
