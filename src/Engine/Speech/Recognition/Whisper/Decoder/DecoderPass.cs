using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SpeechQA.Engine.Inference.Matrices;
using SpeechQA.Engine.Inference.Models;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>
/// Whisper's decoder, computed from the weights of decoder.onnx: tokens of one or more utterances in a pass, one column each. The
/// weights, whose memory is what a pass costs, are read once for all columns; attention works on each utterance's own
/// <see cref="DecoderState"/>, so nothing is padded, stacked or copied when one comes or goes. One pass object belongs to one
/// worker; nothing is allocated while its buffers suffice.
/// </summary>
/// <remarks>
/// Why not ONNX Runtime: there a pass took 2.2 ms per utterance in a batch of eight, 40 % of it in attention over the speech and no
/// less than alone (docs/decisions/0009-own-whisper-decoder.md).
/// </remarks>
internal sealed unsafe class DecoderPass : IDisposable
{
    private const int HeadSize = DecoderState.HeadSize, Pair = DecoderState.Pair;

    /// <summary>Of scores: one over the root of <see cref="HeadSize"/>.</summary>
    private const float Scale = 0.125f;

    private readonly DecoderWeights _weights;
    private readonly WhisperSettings _settings;
    private readonly WhisperCounters _counters;
    private readonly QuantizedColumns _quantized = new();
    private readonly NativeFloats _x = new(), _normal = new(), _wide = new(), _attended = new(), _out = new(), _scores = new(),
        _logits = new(), _alignment = new();
    private readonly List<Column> _columns = [];
    private readonly List<int> _heard = [];
    private readonly int[] _alignmentLayers;
    private int _frames;

    /// <param name="Logits">Index among those with logits, or -1.</param>
    private readonly record struct Column(DecoderState State, int Token, int Position, int Logits);

    public DecoderPass(DecoderWeights weights, WhisperSettings settings, WhisperCounters counters)
    {
        (_weights, _settings, _counters) = (weights, settings, counters);
        _alignmentLayers = [.. settings.AlignmentHeads.Select(h => h[0])];
    }

    private int Width => _weights.Width;

    /// <summary>Begins another pass.</summary>
    public void Clear()
    {
        _columns.Clear();
        _heard.Clear();
        _frames = 0;
    }

    /// <summary>Adds the next column: one more token of an utterance, at the position after those it has read.</summary>
    /// <param name="logits">What may follow it is wanted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position or a token that the model does not know.</exception>
    public void Add(DecoderState state, int token, int position, bool logits = true)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)position, (uint)_settings.Ctx);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)_settings.Rows);
        _columns.Add(new Column(state, token, position, logits ? _heard.Count : -1));
        if (logits) _heard.Add(_columns.Count - 1);
        _frames = Math.Max(_frames, state.PaddedFrames);
    }

    public void Run()
    {
        var from = _counters.Now;
        var cpu = ModelCpu.Stamp();
        Reserve();
        Embed();
        for (var i = 0; i < _weights.Layers.Count; i++) Layer(i, _weights.Layers[i]);
        Project();
        ModelCpu.Decoder.Add(cpu);
        _counters.Decoded(from, _columns.Count);
    }

    /// <summary>Logits after a column that wanted them, [rows]; may be overwritten.</summary>
    public Span<float> Logits(int column) => _logits.Span.Slice(_columns[column].Logits * _weights.Vocabulary.Stride,
        _weights.Vocabulary.Outputs);

    /// <summary>Cross-attention of one alignment head while a column was read, [frames].</summary>
    public ReadOnlySpan<float> Alignment(int column, int head) =>
        _alignment.Span.Slice((column * _alignmentLayers.Length + head) * _frames, _columns[column].State.Frames);

    public void Dispose()
    {
        _quantized.Dispose();
        foreach (var buffer in new[] { _x, _normal, _wide, _attended, _out, _scores, _logits, _alignment }) buffer.Dispose();
    }

    private void Reserve()
    {
        var (count, layer) = (_columns.Count, _weights.Layers[0]);
        _x.Grow(count * Width);
        _normal.Grow(count * Width);
        _attended.Grow(count * Width);
        _out.Grow(count * Width);
        _wide.Grow(count * Math.Max(layer.Qkv.Matrix.Stride, layer.MlpUp.Matrix.Stride));
        _scores.Grow(Math.Max(_frames, (_settings.Ctx + Pair - 1) / Pair * Pair));
        _logits.Grow(_heard.Count * _weights.Vocabulary.Stride);
        _alignment.Grow(count * _alignmentLayers.Length * _frames);
        foreach (var column in _columns) column.State.Reserve(column.Position + 1);
    }

    private void Embed()
    {
        for (var c = 0; c < _columns.Count; c++)
        {
            var x = At(_x, c, Width);
            _weights.Vocabulary.Row(_columns[c].Token, new Span<float>(x, Width));
            Floats.Add(x, _weights.Positions.AsSpan(_columns[c].Position * Width, Width));
            _weights.FirstNorm.Apply(x, At(_normal, c, Width));
        }
    }

    /// <summary>
    /// Self-attention, cross-attention and MLP, each with its residual sum: 1. product, 2. attention or GELU, 3. output product, 4. sum and
    /// the normalisation that the next sublayer reads (Radford et al. 2022, arXiv:2212.04356; pre-norm transformer).
    /// </summary>
    private void Layer(int index, DecoderLayer layer)
    {
        Multiply(layer.Qkv.Matrix, _normal, _wide, layer.Qkv.Bias);
        SelfAttention(index);
        Multiply(layer.AttentionOut.Matrix, _attended, _out);
        AddAndNormalise(layer.AttentionOut.Bias, layer.CrossNorm);

        Multiply(layer.CrossQuery.Matrix, _normal, _wide, layer.CrossQuery.Bias);
        CrossAttention(index);
        Multiply(layer.CrossOut.Matrix, _attended, _out);
        AddAndNormalise(layer.CrossOut.Bias, layer.MlpNorm);

        Multiply(layer.MlpUp.Matrix, _normal, _wide);
        for (var c = 0; c < _columns.Count; c++) Floats.Gelu(At(_wide, c, layer.MlpUp.Matrix.Stride), layer.MlpUp.Bias);
        Multiply(layer.MlpDown.Matrix, _wide, _out);
        AddAndNormalise(layer.MlpDown.Bias, layer.NextNorm);
    }

    private void Project()
    {
        if (_heard.Count == 0) return;
        // In place: a column moves towards the front only.
        for (var i = 0; i < _heard.Count; i++) Copy(At(_normal, _heard[i], Width), At(_normal, i, Width), Width);
        _quantized.Take(At(_normal, 0, Width), _heard.Count, Width);
        _weights.Vocabulary.Multiply(_quantized, _heard.Count, At(_logits, 0, 0));
    }

    private void Multiply(PackedMatrix matrix, NativeFloats from, NativeFloats to, float[]? bias = null)
    {
        _quantized.Take(At(from, 0, 0), _columns.Count, matrix.Inputs);
        matrix.Multiply(_quantized, _columns.Count, At(to, 0, 0), bias);
    }

    /// <summary>Adds a sublayer's output, and normalises for the next.</summary>
    private void AddAndNormalise(float[] bias, LayerNorm norm)
    {
        for (var c = 0; c < _columns.Count; c++)
        {
            var x = At(_x, c, Width);
            Floats.Add(x, At(_out, c, Width), bias);
            norm.Apply(x, At(_normal, c, Width));
        }
    }

    private void SelfAttention(int layer)
    {
        // All keys first: a token hears those before it in the same pass.
        for (var c = 0; c < _columns.Count; c++)
        {
            var (state, _, position, _) = _columns[c];
            var from = At(_wide, c, 3 * Width);
            new Span<float>(from + Width, Width).CopyTo(state.PastKey(layer, position));
            new Span<float>(from + 2 * Width, Width).CopyTo(state.PastValue(layer, position));
        }
        var scores = At(_scores, 0, 0);
        for (var c = 0; c < _columns.Count; c++)
        {
            var (state, _, position, _) = _columns[c];
            var (count, room) = (position + 1, (position + 1 + Pair - 1) / Pair * Pair);
            fixed (float* keys = state.PastKey(layer, 0))
            fixed (float* values = state.PastValue(layer, 0))
                for (var head = 0; head < _settings.Heads; head++)
                {
                    var query = Query.Load(At(_wide, c, 3 * Width) + head * HeadSize);
                    for (var t = 0; t < count; t++) scores[t] = query.Dot(keys + (nint)t * Width + head * HeadSize);
                    Floats.Softmax(scores, count, room);
                    WeightedSum(values + head * HeadSize, Width, scores, count, At(_attended, c, Width) + head * HeadSize);
                }
        }
    }

    private void CrossAttention(int layer)
    {
        var scores = At(_scores, 0, 0);
        for (var c = 0; c < _columns.Count; c++)
        {
            var state = _columns[c].State;
            for (var head = 0; head < _settings.Heads; head++)
            {
                Score(At(_wide, c, Width) + head * HeadSize, state.Keys(layer, head), state.PaddedFrames, scores);
                Floats.Softmax(scores, state.Frames, state.PaddedFrames);
                WeightedSum(state.Values(layer, head), scores, state.Frames, At(_attended, c, Width) + head * HeadSize);
                for (var a = 0; a < _alignmentLayers.Length; a++)
                    if (_alignmentLayers[a] == layer && _settings.AlignmentHeads[a][1] == head)
                        Copy(scores, At(_alignment, c * _alignmentLayers.Length + a, _frames), state.Frames);
            }
        }
    }

    /// <summary>The query of a head against bfloat16 keys [frames / 32][64][16].</summary>
    private static void Score(float* query, uint* keys, int frames, float* scores)
    {
        for (var t = 0; t < frames; t += Pair)
        {
            var (low, high, low2, high2) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            for (var d = 0; d < HeadSize; d += 2)
            {
                var (words, words2) = (Vector512.Load(keys), Vector512.Load(keys + Pair / 2));
                var (q, q2) = (Vector512.Create(query[d]), Vector512.Create(query[d + 1]));
                low = Vector512.FusedMultiplyAdd(Low(words), q, low);
                high = Vector512.FusedMultiplyAdd(High(words), q, high);
                low2 = Vector512.FusedMultiplyAdd(Low(words2), q2, low2);
                high2 = Vector512.FusedMultiplyAdd(High(words2), q2, high2);
                keys += Pair;
            }
            ((low + low2) * Scale).Store(scores + t);
            ((high + high2) * Scale).Store(scores + t + Pair / 2);
        }
    }

    /// <summary>The sum of bfloat16 values [frames][2][16] by attention weights.</summary>
    private static void WeightedSum(uint* values, float* weights, int frames, float* to)
    {
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (var t = 0; t < frames; t++)
        {
            var w = Vector512.Create(weights[t]);
            var (first, second) = (Vector512.Load(values), Vector512.Load(values + Pair / 2));
            a = Vector512.FusedMultiplyAdd(Low(first), w, a);
            b = Vector512.FusedMultiplyAdd(High(first), w, b);
            c = Vector512.FusedMultiplyAdd(Low(second), w, c);
            d = Vector512.FusedMultiplyAdd(High(second), w, d);
            values += Pair;
        }
        Store(to, a, b, c, d);
    }

    /// <summary>The sum of values, <paramref name="stride"/> apart, by attention weights.</summary>
    private static void WeightedSum(float* values, int stride, float* weights, int count, float* to)
    {
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (var t = 0; t < count; t++)
        {
            var w = Vector512.Create(weights[t]);
            a = Vector512.FusedMultiplyAdd(Vector512.Load(values), w, a);
            b = Vector512.FusedMultiplyAdd(Vector512.Load(values + 16), w, b);
            c = Vector512.FusedMultiplyAdd(Vector512.Load(values + 32), w, c);
            d = Vector512.FusedMultiplyAdd(Vector512.Load(values + 48), w, d);
            values += stride;
        }
        Store(to, a, b, c, d);
    }

    /// <summary>A head's query in registers.</summary>
    private readonly ref struct Query(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        public static Query Load(float* from) =>
            new(Vector512.Load(from), Vector512.Load(from + 16), Vector512.Load(from + 32), Vector512.Load(from + 48));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Dot(float* key)
        {
            var sum = a * Vector512.Load(key);
            sum = Vector512.FusedMultiplyAdd(b, Vector512.Load(key + 16), sum);
            sum = Vector512.FusedMultiplyAdd(c, Vector512.Load(key + 32), sum);
            return Vector512.Sum(Vector512.FusedMultiplyAdd(d, Vector512.Load(key + 48), sum)) * Scale;
        }
    }

    /// <summary>The bfloat16 numbers in the lower halves of words: a shift makes them floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Low(Vector512<uint> words) => (words << 16).AsSingle();

    /// <summary>Those in the upper halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> High(Vector512<uint> words) => (words & Vector512.Create(0xFFFF0000)).AsSingle();

    private static void Store(float* to, Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        a.Store(to);
        b.Store(to + 16);
        c.Store(to + 32);
        d.Store(to + 48);
    }

    private static void Copy(float* from, float* to, int count) => new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));

    private static float* At(NativeFloats buffer, int row, int width) => buffer.Start + (nint)row * width;
}
