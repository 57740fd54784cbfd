using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SpeechQA.Engine.Inference.Matrices;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>
/// What the decoder has of one utterance: keys and values of the speech (bfloat16: the upper 16 bits of a float, rounded) and of the
/// tokens read (floats). One owner; the memory is reused from one utterance to the next.
/// </summary>
internal sealed unsafe class DecoderState(int layers, int heads) : ICrossKeys, IDisposable
{
    public const int HeadSize = 64;

    /// <summary>Frames, or numbers of a head, that lie together: 16 words of two bfloat16 numbers.</summary>
    public const int Pair = 32;

    /// <summary>Tokens by which the memory grows.</summary>
    private const int Growth = 64;

    /// <summary>
    /// Bytes that are taken for windows of up to 8 s, and of up to 16 s, however few are needed: what has not been touched costs nothing,
    /// touching new memory does.
    /// </summary>
    public const int ShortBytes = 5 << 20, LongBytes = 10 << 20;

    private readonly NativeFloats[] _past = [.. Enumerable.Range(0, 2 * layers).Select(_ => new NativeFloats())];
    private uint* _cross;

    /// <summary>Of which speech the keys and values are; null: of none that could be used again.</summary>
    public SpeechKey? Holds { get; set; }

    /// <summary>Bytes held for the speech.</summary>
    public long Held { get; private set; }

    /// <summary>Encoder frames of speech: 20 ms each.</summary>
    public int Frames { get; private set; }

    /// <summary>The same in whole <see cref="Pair"/>s.</summary>
    public int PaddedFrames => Padded(Frames);

    public int Width => heads * HeadSize;

    private nint HeadWords => (nint)PaddedFrames * HeadSize / 2;

    /// <summary>Of one head, [frames / 32][64][16]: a word holds frames t and t + 16 of its 32.</summary>
    public uint* Keys(int layer, int head) => _cross + ((nint)(2 * layer) * heads + head) * HeadWords;

    /// <summary>Of one head, [frames][2][16]: a word holds numbers i and i + 16 of its 32.</summary>
    public uint* Values(int layer, int head) => _cross + ((nint)(2 * layer + 1) * heads + head) * HeadWords;

    /// <summary>Of a token read, [width].</summary>
    public Span<float> PastKey(int layer, int position) => _past[2 * layer].Span.Slice(position * Width, Width);

    /// <inheritdoc cref="PastKey"/>
    public Span<float> PastValue(int layer, int position) => _past[2 * layer + 1].Span.Slice(position * Width, Width);

    /// <summary>Makes room for so many tokens.</summary>
    public void Reserve(int tokens)
    {
        foreach (var past in _past) past.Grow((tokens + Growth - 1) / Growth * Growth * Width);
    }

    /// <inheritdoc/>
    public void Begin(int frames)
    {
        (Frames, Holds) = (frames, null);
        if (Suits(frames)) return;
        Free();
        var bytes = BytesOf(frames);
        _cross = (uint*)NativeMemory.AlignedAlloc((nuint)bytes, NativeFloats.Alignment);
        Held = bytes;
    }

    /// <summary>
    /// Whether it has memory for so many frames of speech, and not far too much: one long utterance shall not leave its memory to all that
    /// come after it.
    /// </summary>
    public bool Suits(int frames) => BytesOf(frames) is var bytes && bytes <= Held && bytes > Held / 2;

    private long BytesOf(int frames)
    {
        // Keys and values, a bfloat16 each.
        var needed = 2L * layers * Width * Padded(frames) * sizeof(ushort);
        return needed <= ShortBytes ? ShortBytes : Math.Max(needed, LongBytes);
    }

    private static int Padded(int frames) => (frames + Pair - 1) / Pair * Pair;

    private void Free()
    {
        NativeMemory.AlignedFree(_cross);
        _cross = null;
        Held = 0;
    }

    /// <inheritdoc/>
    public void Take(int layer, int frame, int count, float* rows)
    {
        for (var head = 0; head < heads; head++)
        {
            TakeKeys(rows + head * HeadSize, count, Keys(layer, head) + frame * HeadSize / 2);
            TakeValues(rows + Width + head * HeadSize, count, Values(layer, head) + frame * HeadSize / 2);
        }
    }

    private void TakeKeys(float* rows, int count, uint* to)
    {
        const int words = Pair / 2;
        var transposed = stackalloc float[HeadSize * Pair];
        // What lies beyond the speech is masked, but must be finite.
        if (count < Pair) new Span<float>(transposed, HeadSize * Pair).Clear();
        for (var i = 0; i < count; i += words)
            if (count - i < words) TransposeLast(rows + (nint)i * 2 * Width, count - i, transposed + i);
            else
                for (var d = 0; d < HeadSize; d += Transposition.Size)
                    Transposition.Transpose(rows + (nint)i * 2 * Width + d, 2 * Width, transposed + d * Pair + i, Pair);
        for (var d = 0; d < HeadSize; d++) BFloat16Pairs(transposed + d * Pair).Store(to + d * words);
    }

    private void TransposeLast(float* rows, int count, float* to)
    {
        for (var t = 0; t < count; t++)
            for (var d = 0; d < HeadSize; d++) to[d * Pair + t] = rows[(nint)t * 2 * Width + d];
    }

    private void TakeValues(float* rows, int count, uint* to)
    {
        for (var t = 0; t < count; t++)
            for (var d = 0; d < HeadSize; d += Pair, to += Pair / 2) BFloat16Pairs(rows + (nint)t * 2 * Width + d).Store(to);
    }

    /// <summary>Words of the first 16 numbers and the next, to the nearest, ties to even; the numbers are finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> BFloat16Pairs(float* from) =>
        BFloat16(Vector512.Load(from).AsUInt32()) | BFloat16(Vector512.Load(from + Pair / 2).AsUInt32()) << 16;

    /// <summary>
    /// Floats to bfloat16, which has the exponent of a float and 8 bits of significand: adding 0x7FFF, and 1 when the last kept bit is odd,
    /// rounds what the shift then cuts off.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> BFloat16(Vector512<uint> bits) =>
        bits + Vector512.Create(0x7FFFu) + (bits >> 16 & Vector512<uint>.One) >> 16;

    public void Dispose()
    {
        Free();
        foreach (var past in _past) past.Dispose();
    }
}
