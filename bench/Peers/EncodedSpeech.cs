using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SpeechQA.Engine.Inference.Matrices;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

namespace SpeechQA.Bench.Peers;

/// <summary>
/// The encoder's outputs for one utterance as the graphs have them: by layer its keys and its values, [heads, length, 64]. The memory is
/// reused.
/// </summary>
internal sealed class EncodedSpeech(int layers, int heads) : ICrossKeys, IDisposable
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
    public void Begin(int steps)
    {
        if (steps == Length) return;
        foreach (var data in _data) data.Grow(SizeOf(steps));
        Length = steps;
        Version++;
    }

    /// <inheritdoc/>
    public unsafe void Take(int layer, int step, int count, float* rows)
    {
        for (var t = 0; t < count; t++)
            for (var i = 0; i < 2 * heads; i++, rows += DecoderState.HeadSize)
                new ReadOnlySpan<float>(rows, DecoderState.HeadSize)
                    .CopyTo(_data[2 * layer + i / heads].Span[((i % heads * Length + step + t) * DecoderState.HeadSize)..]);
    }

    /// <summary>[1, heads, length, 64] over this memory, valid until the next <see cref="Begin"/>.</summary>
    public unsafe OrtValue Tensor(int tensor) => OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorElementType.Float,
        [1, heads, Length, DecoderState.HeadSize], (nint)_data[tensor].Start, Size * (long)sizeof(float));

    private int SizeOf(int length) => heads * length * DecoderState.HeadSize;

    public void Dispose()
    {
        foreach (var data in _data) data.Dispose();
    }
}
