using SpeechQA.Engine.Inference.Matrices;

namespace SpeechQA.Engine.Speech.Utterances;

/// <summary>
/// The recent audio of a leg at 16 kHz, from the begin of the utterance under way (or a short lead when there is none) to
/// now. The buffer grows while somebody speaks and is given back after: half of all legs are silent.
/// </summary>
public sealed class LegAudio : IDisposable
{
    private const int Least = 16_384;

    private readonly NativeFloats _samples = new();
    private int _length;

    /// <summary>Empty, with room for the shortest utterance.</summary>
    public LegAudio() => _samples.Grow(Least);

    /// <summary>Position of the first sample kept.</summary>
    public long Start { get; private set; }

    /// <summary>Position after the last sample.</summary>
    public long End => Start + _length;

    /// <summary>Adds samples behind the last ones.</summary>
    public void Append(ReadOnlySpan<float> samples)
    {
        _samples.Grow(_length + samples.Length);
        samples.CopyTo(_samples.Span[_length..]);
        _length += samples.Length;
    }

    /// <summary>
    /// Samples from <paramref name="start"/> to <paramref name="end"/>; what lies before the kept audio is cut off, after it is silence.
    /// </summary>
    public float[] Copy(long start, long end)
    {
        start = Math.Max(start, Start);
        var copy = new float[Math.Max(0, end - start)];
        var have = (int)(Math.Min(end, End) - start);
        if (have > 0) _samples.Span.Slice((int)(start - Start), have).CopyTo(copy);
        return copy;
    }

    /// <summary>Samples that are kept, from a position on; valid until the next <see cref="Append"/>.</summary>
    public ReadOnlySpan<float> Span(long start, int length) => _samples.Span.Slice((int)(start - Start), length);

    /// <summary>Forgets what lies before <paramref name="position"/>.</summary>
    public void DropBefore(long position)
    {
        var drop = (int)Math.Clamp(position - Start, 0, _length);
        // Moving costs: wait until it is worth it.
        if (drop < 8_192) return;
        _samples.Span.Slice(drop, _length - drop).CopyTo(_samples.Span);
        _length -= drop;
        Start += drop;
        if (_samples.Length > 2 * Least && _length < Least) _samples.Shrink(Least);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _samples.Dispose();
        _length = 0;
    }
}
