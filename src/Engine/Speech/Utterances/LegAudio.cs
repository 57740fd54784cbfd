using System.Buffers;

namespace SpeechQA.Engine.Speech.Utterances;

/// <summary>
/// The recent audio of a leg at 16 kHz, from the begin of the utterance under way (or a short lead when there is none) to
/// now. The buffer is rented and grows only while somebody speaks.
/// </summary>
public sealed class LegAudio : IDisposable
{
    private float[] _samples = ArrayPool<float>.Shared.Rent(16_384);
    private int _length;

    /// <summary>Position of the first sample kept.</summary>
    public long Start { get; private set; }

    /// <summary>Position after the last sample.</summary>
    public long End => Start + _length;

    public void Append(ReadOnlySpan<float> samples)
    {
        if (_length + samples.Length > _samples.Length) Move(Math.Max(_samples.Length * 2, _length + samples.Length));
        samples.CopyTo(_samples.AsSpan(_length));
        _length += samples.Length;
    }

    /// <summary>Samples from <paramref name="start"/> to <paramref name="end"/>; what lies before the kept audio is cut off, after it is silence.</summary>
    public float[] Copy(long start, long end)
    {
        start = Math.Max(start, Start);
        var copy = new float[Math.Max(0, end - start)];
        var have = (int)(Math.Min(end, End) - start);
        if (have > 0) _samples.AsSpan((int)(start - Start), have).CopyTo(copy);
        return copy;
    }

    public ReadOnlySpan<float> Span(long start, int length) => _samples.AsSpan((int)(start - Start), length);

    /// <summary>Forgets what lies before <paramref name="position"/>.</summary>
    public void DropBefore(long position)
    {
        var drop = (int)Math.Clamp(position - Start, 0, _length);
        // Moving costs: wait until it is worth it.
        if (drop < 8_192) return;
        _samples.AsSpan(drop, _length - drop).CopyTo(_samples);
        _length -= drop;
        Start += drop;
        if (_samples.Length > 32_768 && _length < 16_384) Move(16_384);
    }

    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(_samples);
        _samples = [];
        _length = 0;
    }

    private void Move(int capacity)
    {
        var larger = ArrayPool<float>.Shared.Rent(capacity);
        _samples.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<float>.Shared.Return(_samples);
        _samples = larger;
    }
}
