using System.Buffers;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.WordTimes;

/// <summary>
/// Cross-attention of the alignment heads, one entry [heads, frames] per token read; frames beyond the speech are not kept.
/// </summary>
internal sealed class AttentionTrace : IDisposable
{
    private float[] _values = [];

    public int Heads { get; private set; }
    public int Frames { get; private set; }
    public int Tokens { get; private set; }

    public void Shape(int heads, int frames)
    {
        (Heads, Frames, Tokens) = (heads, frames, 0);
    }

    /// <summary>Room for the next token: [heads, frames].</summary>
    public Span<float> Add()
    {
        var size = Heads * Frames;
        if (_values.Length < (Tokens + 1) * size) Grow(Math.Max(2 * _values.Length, 24 * size));
        return _values.AsSpan(Tokens++ * size, size);
    }

    public ReadOnlySpan<float> Row(int token, int head) => _values.AsSpan((token * Heads + head) * Frames, Frames);

    /// <summary>Forgets all but the first tokens.</summary>
    public void Cut(int tokens) => Tokens = Math.Min(Tokens, tokens);

    /// <summary>Gives the memory back; nothing is kept.</summary>
    public void Dispose()
    {
        if (_values.Length > 0) ArrayPool<float>.Shared.Return(_values);
        (_values, Tokens) = ([], 0);
    }

    private void Grow(int size)
    {
        var grown = ArrayPool<float>.Shared.Rent(size);
        _values.CopyTo(grown, 0);
        if (_values.Length > 0) ArrayPool<float>.Shared.Return(_values);
        _values = grown;
    }
}
