using System.Runtime.InteropServices;

namespace SpeechQA.Engine.Inference.Matrices;

/// <summary>
/// Growing memory outside the collected heap, for what is large and comes and goes: what is freed is free at once. New memory
/// is not cleared.
/// </summary>
internal sealed unsafe class NativeFloats : IDisposable
{
    /// <summary>Of its beginning, bytes: a vector's.</summary>
    public const int Alignment = 64;

    private float* _start;

    public int Length { get; private set; }

    /// <summary>Valid until the next <see cref="Grow"/>.</summary>
    public float* Start => _start;

    public Span<float> Span => new(_start, Length);

    /// <summary>Keeps the content; pointers and spans of before are void.</summary>
    public void Grow(int length)
    {
        if (length <= Length) return;
        // Half as much again: pages are only taken when they are touched, but touching them first is dear.
        Move(Math.Max(length, Length + Length / 2));
    }

    /// <summary>Gives back all but the first <paramref name="length"/>; pointers and spans of before are void.</summary>
    public void Shrink(int length)
    {
        if (length < Length) Move(length);
    }

    private void Move(int length)
    {
        var moved = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), Alignment);
        Span[..Math.Min(length, Length)].CopyTo(new Span<float>(moved, length));
        NativeMemory.AlignedFree(_start);
        _start = moved;
        Length = length;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    ~NativeFloats() => Free();

    /// <summary>Gives the memory back; it may grow again.</summary>
    public void Free()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
        Length = 0;
    }
}
