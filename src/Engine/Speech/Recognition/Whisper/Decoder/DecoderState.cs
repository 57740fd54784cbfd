using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SpeechQA.Engine.Inference;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>
/// What the decoder has of one utterance: keys and values of the speech (half of a float each: the upper 16 bits, rounded) and of the
/// tokens read. One owner; the memory is reused from one utterance to the next.
/// </summary>
internal sealed unsafe class DecoderState(int layers, int heads) : ICrossKeys, IDisposable
{
    public const int HeadSize = 64;

    /// <summary>Steps, or numbers of a head, that lie together: 16 words of two halves.</summary>
    public const int Pair = 32;

    /// <summary>Tokens by which the memory grows.</summary>
    private const int Growth = 64;

    /// <summary>
    /// Bytes that are taken for windows of up to 8 s, and of up to 16 s, however few are needed: what has not been touched costs nothing, touching new memory does.
    /// </summary>
    public const int ShortBytes = 5 << 20, LongBytes = 10 << 20;

    private readonly NativeFloats[] _past = [.. Enumerable.Range(0, 2 * layers).Select(_ => new NativeFloats())];
    private uint* _cross;

    /// <summary>Of which speech the keys and values are; null: of none that could be used again.</summary>
    public SpeechKey? Holds { get; set; }

    /// <summary>Bytes held for the speech.</summary>
    public long Held { get; private set; }

    /// <summary>Steps of speech: 20 ms each.</summary>
    public int Time { get; private set; }

    /// <summary>The same in whole <see cref="Pair"/>s.</summary>
    public int PaddedTime => Padded(Time);

    public int Width => heads * HeadSize;

    private nint HeadWords => (nint)PaddedTime * HeadSize / 2;

    /// <summary>Of one head, [time / 32][64][16]: a word holds steps t and t + 16 of its 32.</summary>
    public uint* Keys(int layer, int head) => _cross + ((nint)(2 * layer) * heads + head) * HeadWords;

    /// <summary>Of one head, [time][2][16]: a word holds numbers i and i + 16 of its 32.</summary>
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
    public void Begin(int steps)
    {
        (Time, Holds) = (steps, null);
        if (Suits(steps)) return;
        Free();
        var bytes = BytesOf(steps);
        _cross = (uint*)NativeMemory.AlignedAlloc((nuint)bytes, NativeFloats.Alignment);
        Held = bytes;
    }

    /// <summary>Whether it has memory for so many steps of speech, and not far too much: one long utterance shall not leave its memory to all that come after it.</summary>
    public bool Suits(int steps) => BytesOf(steps) is var bytes && bytes <= Held && bytes > Held / 2;

    private long BytesOf(int steps)
    {
        // Keys and values, half of a float each.
        var needed = 2L * layers * Width * Padded(steps) * sizeof(float) / 2;
        return needed <= ShortBytes ? ShortBytes : Math.Max(needed, LongBytes);
    }

    private static int Padded(int steps) => (steps + Pair - 1) / Pair * Pair;

    private void Free()
    {
        NativeMemory.AlignedFree(_cross);
        _cross = null;
        Held = 0;
    }

    /// <inheritdoc/>
    public void Take(int layer, int step, int count, float* rows)
    {
        for (var head = 0; head < heads; head++)
        {
            TakeKeys(rows + head * HeadSize, count, Keys(layer, head) + step * HeadSize / 2);
            TakeValues(rows + Width + head * HeadSize, count, Values(layer, head) + step * HeadSize / 2);
        }
    }

    private void TakeKeys(float* rows, int count, uint* to)
    {
        const int half = Pair / 2;
        var turned = stackalloc float[HeadSize * Pair];
        // What lies beyond the speech is masked, but must be finite.
        if (count < Pair) new Span<float>(turned, HeadSize * Pair).Clear();
        for (var i = 0; i < count; i += half)
            if (count - i < half) TurnLast(rows + (nint)i * 2 * Width, count - i, turned + i);
            else
                for (var d = 0; d < HeadSize; d += Transposition.Size) Transposition.Turn(rows + (nint)i * 2 * Width + d, 2 * Width, turned + d * Pair + i, Pair);
        for (var d = 0; d < HeadSize; d++) Halves(turned + d * Pair).Store(to + d * half);
    }

    private void TurnLast(float* rows, int count, float* to)
    {
        for (var t = 0; t < count; t++)
            for (var d = 0; d < HeadSize; d++) to[d * Pair + t] = rows[(nint)t * 2 * Width + d];
    }

    private void TakeValues(float* rows, int count, uint* to)
    {
        for (var t = 0; t < count; t++)
            for (var d = 0; d < HeadSize; d += Pair, to += Pair / 2) Halves(rows + (nint)t * 2 * Width + d).Store(to);
    }

    /// <summary>Words of the first 16 numbers and the next, to the nearest, ties to even; the numbers are finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Halves(float* from) => Half(Vector512.Load(from).AsUInt32()) | Half(Vector512.Load(from + Pair / 2).AsUInt32()) << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Half(Vector512<uint> bits) =>
        bits + Vector512.Create(0x7FFFu) + (bits >> 16 & Vector512<uint>.One) >> 16;

    public void Dispose()
    {
        Free();
        foreach (var past in _past) past.Dispose();
    }
}
