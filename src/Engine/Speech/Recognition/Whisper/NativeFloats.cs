using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// Growing memory outside the collected heap, for tensors of tens of megabytes: what is freed is free at once. New memory
/// is zero.
/// </summary>
internal sealed unsafe class NativeFloats : IDisposable
{
    private float* _start;

    public int Length { get; private set; }

    public Span<float> Span => new(_start, Length);

    /// <summary>Keeps the content; pointers and spans of before are void.</summary>
    public void Grow(int length)
    {
        if (length <= Length) return;
        // Half as much again: pages are only taken when they are touched, but touching them first is dear.
        length = Math.Max(length, Length + Length / 2);
        var grown = (float*)NativeMemory.AllocZeroed((nuint)length, sizeof(float));
        Span.CopyTo(new Span<float>(grown, length));
        NativeMemory.Free(_start);
        _start = grown;
        Length = length;
    }

    /// <summary>A tensor over this memory from <paramref name="offset"/> on, valid until the next <see cref="Grow"/>.</summary>
    public OrtValue Tensor(int offset, long[] shape) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, TensorElementType.Float, shape, (nint)(_start + offset), (Length - offset) * (long)sizeof(float));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    ~NativeFloats() => Free();

    /// <summary>Gives the memory back; it may grow again.</summary>
    public void Free()
    {
        NativeMemory.Free(_start);
        _start = null;
        Length = 0;
    }
}
