using SpeechQA.Engine.Inference.Matrices;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Encoder;

/// <summary>
/// Self-attention without a mask: each frame attends to all frames. Keys and values are packed into panels, queries are read where they
/// are.
/// </summary>
internal sealed unsafe class SelfAttention(int heads) : IDisposable
{
    public const int HeadSize = DecoderState.HeadSize;

    /// <summary>Of scores: one over the root of <see cref="HeadSize"/>.</summary>
    private const float Scale = 0.125f;

    /// <summary>Queries that are scored together: their scores stay in the nearest caches.</summary>
    private const int Block = 32;

    private readonly NativeFloats _keys = new(), _values = new(), _scores = new();
    private readonly float[] _sums = new float[Block];
    private int _frames;

    private int Width => heads * HeadSize;

    private int PaddedFrames => FloatTiles.Padded(_frames);

    /// <summary>Makes room.</summary>
    public void Begin(int frames)
    {
        _frames = frames;
        _keys.Grow(PaddedFrames * Width);
        _values.Grow(frames * Width);
        _scores.Grow(Block * PaddedFrames);
        if (PaddedFrames == frames) return;
        // What lies beyond the speech is masked, but must be finite.
        const int panel = HeadSize * FloatTiles.Panel;
        for (var end = PaddedFrames * HeadSize; end <= PaddedFrames * Width; end += PaddedFrames * HeadSize)
            _keys.Span.Slice(end - panel, panel).Clear();
    }

    /// <summary>
    /// Packs the values of a frame while it is in the nearest cache, and scales its query. Keys are packed 16 frames at a time.
    /// </summary>
    /// <param name="row">Query, key and value, [3][heads][64], one frame after the other.</param>
    public void Add(int frame, float* row)
    {
        Floats.Scale(row, Scale, Width);
        var value = _values.Start + (nint)frame * FloatTiles.Panel;
        var from = row + 2 * Width;
        for (var i = 0; i < Width; i += FloatTiles.Panel)
        {
            new ReadOnlySpan<float>(from + i, FloatTiles.Panel).CopyTo(new Span<float>(value, FloatTiles.Panel));
            value += (nint)_frames * FloatTiles.Panel;
        }
        if (frame % Transposition.Size == Transposition.Size - 1)
            AddKeys(frame + 1 - Transposition.Size, row - (Transposition.Size - 1) * 3 * (nint)Width, 3 * Width);
        else if (frame == _frames - 1) AddLast(row);
    }

    private void AddKeys(int frame, float* rows, int stride)
    {
        var keys = _keys.Start + (nint)(frame / FloatTiles.Panel) * HeadSize * FloatTiles.Panel + frame % FloatTiles.Panel;
        for (var head = 0; head < heads; head++)
        {
            for (var d = 0; d < HeadSize; d += Transposition.Size)
                Transposition.Transpose(rows + Width + head * HeadSize + d, stride, keys + d * FloatTiles.Panel, FloatTiles.Panel);
            keys += (nint)PaddedFrames * HeadSize;
        }
    }

    /// <summary>The frames after the last 16; beyond them the keys stay 0.</summary>
    private void AddLast(float* last)
    {
        for (var frame = _frames / Transposition.Size * Transposition.Size; frame < _frames; frame++)
        {
            var from = last - (_frames - 1 - frame) * 3 * (nint)Width + Width;
            var key = _keys.Start + (nint)(frame / FloatTiles.Panel) * HeadSize * FloatTiles.Panel + frame % FloatTiles.Panel;
            for (var head = 0; head < heads; head++)
                for (var d = 0; d < HeadSize; d++)
                    key[((nint)head * PaddedFrames / FloatTiles.Panel * HeadSize + d) * FloatTiles.Panel] = from[head * HeadSize + d];
        }
    }

    /// <summary>Softmax of the scores of every query with every key, and the values summed by them.</summary>
    /// <param name="rows">Those that have been added, one after another.</param>
    /// <param name="to">[frames][heads][64].</param>
    public void Attend(float* rows, float* to)
    {
        var scores = _scores.Start;
        for (var head = 0; head < heads; head++)
        {
            var keys = _keys.Start + (nint)head * PaddedFrames * HeadSize;
            var values = _values.Start + (nint)head * _frames * HeadSize;
            for (var frame = 0; frame < _frames; frame += Block)
            {
                var count = Math.Min(Block, _frames - frame);
                FloatTiles.Multiply(rows + (nint)frame * 3 * Width + head * HeadSize, 3 * Width, count, HeadSize, keys,
                    PaddedFrames / FloatTiles.Panel, scores, PaddedFrames);
                for (var i = 0; i < count; i++) _sums[i] = Floats.Exponentials(scores + (nint)i * PaddedFrames, _frames, PaddedFrames);
                var attended = to + (nint)frame * Width + head * HeadSize;
                FloatTiles.Multiply(scores, PaddedFrames, count, _frames, values, HeadSize / FloatTiles.Panel, attended, Width);
                for (var i = 0; i < count; i++) Floats.Scale(attended + (nint)i * Width, 1 / _sums[i], HeadSize);
            }
        }
    }

    public void Dispose()
    {
        foreach (var buffer in new[] { _keys, _values, _scores }) buffer.Dispose();
    }
}
