using SpeechQA.Engine.Inference;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>Every step hears all steps, head by head. Keys and values are packed into panels, queries are read where they are.</summary>
internal sealed unsafe class SelfAttention(int heads) : IDisposable
{
    public const int HeadSize = DecoderState.HeadSize;

    /// <summary>Of scores: one over the root of <see cref="HeadSize"/>.</summary>
    private const float Scale = 0.125f;

    /// <summary>Queries that are scored together: their scores stay in the nearest caches.</summary>
    private const int Block = 32;

    private readonly NativeFloats _keys = new(), _values = new(), _scores = new();
    private readonly float[] _sums = new float[Block];
    private int _time;

    private int Width => heads * HeadSize;

    private int PaddedTime => FloatTiles.Padded(_time);

    /// <summary>Makes room.</summary>
    public void Begin(int time)
    {
        _time = time;
        _keys.Grow(PaddedTime * Width);
        _values.Grow(time * Width);
        _scores.Grow(Block * PaddedTime);
        if (PaddedTime == time) return;
        // What lies beyond the speech is masked, but must be finite.
        const int panel = HeadSize * FloatTiles.Panel;
        for (var end = PaddedTime * HeadSize; end <= PaddedTime * Width; end += PaddedTime * HeadSize) _keys.Span.Slice(end - panel, panel).Clear();
    }

    /// <summary>Takes the values of a step over while it is in the nearest cache, and scales its query. The keys are taken over 16 steps at a time.</summary>
    /// <param name="row">Query, key and value, [3][heads][64], one step after the other.</param>
    public void Add(int step, float* row)
    {
        Floats.Scale(row, Scale, Width);
        var value = _values.Start + (nint)step * FloatTiles.Panel;
        var from = row + 2 * Width;
        for (var i = 0; i < Width; i += FloatTiles.Panel)
        {
            new ReadOnlySpan<float>(from + i, FloatTiles.Panel).CopyTo(new Span<float>(value, FloatTiles.Panel));
            value += (nint)_time * FloatTiles.Panel;
        }
        if (step % Transposition.Size == Transposition.Size - 1) AddKeys(step + 1 - Transposition.Size, row - (Transposition.Size - 1) * 3 * (nint)Width, 3 * Width);
        else if (step == _time - 1) AddLast(row);
    }

    private void AddKeys(int step, float* rows, int stride)
    {
        var keys = _keys.Start + (nint)(step / FloatTiles.Panel) * HeadSize * FloatTiles.Panel + step % FloatTiles.Panel;
        for (var head = 0; head < heads; head++)
        {
            for (var d = 0; d < HeadSize; d += Transposition.Size)
                Transposition.Turn(rows + Width + head * HeadSize + d, stride, keys + d * FloatTiles.Panel, FloatTiles.Panel);
            keys += (nint)PaddedTime * HeadSize;
        }
    }

    /// <summary>The steps after the last 16; beyond them the keys stay 0.</summary>
    private void AddLast(float* last)
    {
        for (var step = _time / Transposition.Size * Transposition.Size; step < _time; step++)
        {
            var from = last - (_time - 1 - step) * 3 * (nint)Width + Width;
            var key = _keys.Start + (nint)(step / FloatTiles.Panel) * HeadSize * FloatTiles.Panel + step % FloatTiles.Panel;
            for (var head = 0; head < heads; head++)
                for (var d = 0; d < HeadSize; d++) key[((nint)head * PaddedTime / FloatTiles.Panel * HeadSize + d) * FloatTiles.Panel] = from[head * HeadSize + d];
        }
    }

    /// <param name="rows">Those that have been added, one after another.</param>
    /// <param name="to">[time][heads][64].</param>
    public void Mix(float* rows, float* to)
    {
        var scores = _scores.Start;
        for (var head = 0; head < heads; head++)
        {
            var keys = _keys.Start + (nint)head * PaddedTime * HeadSize;
            var values = _values.Start + (nint)head * _time * HeadSize;
            for (var step = 0; step < _time; step += Block)
            {
                var count = Math.Min(Block, _time - step);
                FloatTiles.Multiply(rows + (nint)step * 3 * Width + head * HeadSize, 3 * Width, count, HeadSize, keys, PaddedTime / FloatTiles.Panel, scores, PaddedTime);
                for (var i = 0; i < count; i++) _sums[i] = Floats.Exponentials(scores + (nint)i * PaddedTime, _time, PaddedTime);
                var mixed = to + (nint)step * Width + head * HeadSize;
                FloatTiles.Multiply(scores, PaddedTime, count, _time, values, HeadSize / FloatTiles.Panel, mixed, Width);
                for (var i = 0; i < count; i++) Floats.Scale(mixed + (nint)i * Width, 1 / _sums[i], HeadSize);
            }
        }
    }

    public void Dispose()
    {
        foreach (var buffer in new[] { _keys, _values, _scores }) buffer.Dispose();
    }
}
