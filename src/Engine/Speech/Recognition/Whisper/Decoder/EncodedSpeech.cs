using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Inference;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

/// <summary>The encoder's outputs for one utterance: by layer its keys and its values, [heads, length, 64]. The memory is reused.</summary>
internal sealed class EncodedSpeech(int layers, int heads) : IDisposable
{
    private readonly NativeFloats[] _data = [.. Enumerable.Range(0, 2 * layers).Select(_ => new NativeFloats())];

    /// <summary>Tensors: key and value of layer 0, of layer 1, ...</summary>
    public int Count => _data.Length;

    /// <summary>Steps of 20 ms.</summary>
    public int Length { get; private set; }

    /// <summary>Changes whenever tensors made of this memory no longer describe it.</summary>
    public int Version { get; private set; }

    private int Size => SizeOf(Length);

    public Span<float> this[int tensor] => _data[tensor].Span[..Size];

    /// <summary>Makes room; tensors made before are void.</summary>
    public void Resize(int length)
    {
        if (length == Length) return;
        foreach (var data in _data) data.Grow(SizeOf(length));
        Length = length;
        Version++;
    }

    /// <summary>Takes the keys and values of a step over.</summary>
    /// <param name="values">[2][heads][64].</param>
    public void Set(int layer, int step, ReadOnlySpan<float> values)
    {
        for (var i = 0; i < 2 * heads; i++)
            values.Slice(i * DecoderState.HeadSize, DecoderState.HeadSize).CopyTo(_data[2 * layer + i / heads].Span[((i % heads * Length + step) * DecoderState.HeadSize)..]);
    }

    /// <summary>[1, heads, length, 64] over this memory, valid until the next <see cref="Resize"/>.</summary>
    public OrtValue Tensor(int tensor) => _data[tensor].Tensor(0, [1, heads, Length, DecoderState.HeadSize]);

    private int SizeOf(int length) => heads * length * DecoderState.HeadSize;

    public void Dispose()
    {
        foreach (var data in _data) data.Dispose();
    }
}
