using Microsoft.ML.OnnxRuntime;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// Attention keys and values of several utterances, stacked as the decoder takes them: per layer two tensors
/// [slots, heads, length, 64]. The memory is pinned, reused, and laid out anew in place when the length changes; taking the
/// last slots off needs no copy. Positions beyond an utterance's own length hold old or zero, always finite, numbers.
/// </summary>
internal sealed class KeyValueStack
{
    public const int HeadSize = 64;

    private readonly float[][] _data;
    private readonly int _heads;

    public KeyValueStack(int layers, int heads)
    {
        _heads = heads;
        _data = new float[2 * layers][];
        Array.Fill(_data, []);
    }

    /// <summary>Tensors: key and value of layer 0, of layer 1, ...</summary>
    public int Tensors => _data.Length;

    public int Length { get; private set; }

    /// <summary>Changes whenever tensors made of this memory no longer describe it.</summary>
    public int Version { get; private set; }

    private int SlotSize => _heads * Length * HeadSize;

    /// <summary>Makes room for <paramref name="slots"/> of <paramref name="length"/>; the first <paramref name="keep"/> slots keep their content.</summary>
    public void Reshape(int keep, int slots, int length)
    {
        var need = slots * _heads * length * HeadSize;
        if (length == Length && _data[0].Length >= need) return;
        for (var t = 0; t < _data.Length; t++)
        {
            var old = _data[t];
            // A quarter more than needed, so that a growing batch does not move at every step.
            var into = old.Length >= need ? old : GC.AllocateArray<float>(need + need / 4, pinned: true);
            Move(old, Length, into, length, keep * _heads);
            _data[t] = into;
        }
        Length = length;
        Version++;
    }

    /// <summary>Copies a slot over another.</summary>
    public void Copy(int from, int to)
    {
        foreach (var data in _data) data.AsSpan(from * SlotSize, SlotSize).CopyTo(data.AsSpan(to * SlotSize));
    }

    /// <summary>Fills a slot with the only slot of another stack, which may be shorter.</summary>
    public void Load(int slot, KeyValueStack source)
    {
        var (row, own) = (source.Length * HeadSize, Length * HeadSize);
        for (var t = 0; t < _data.Length; t++)
            for (var h = 0; h < _heads; h++)
                source._data[t].AsSpan(h * row, row).CopyTo(_data[t].AsSpan(slot * SlotSize + h * own));
    }

    /// <summary>Writes the new column of one position: [heads * 64].</summary>
    public void Put(int tensor, int slot, int position, ReadOnlySpan<float> column)
    {
        var into = _data[tensor].AsSpan(slot * SlotSize + position * HeadSize);
        for (var h = 0; h < _heads; h++)
            column.Slice(h * HeadSize, HeadSize).CopyTo(into[(h * Length * HeadSize)..]);
    }

    /// <summary>A tensor [slots, heads, length, 64] over this memory, valid until <see cref="Version"/> changes.</summary>
    public OrtValue Tensor(int tensor, int slots) =>
        OrtValue.CreateTensorValueFromMemory(_data[tensor], [slots, _heads, Length, HeadSize]);

    /// <summary>Gives memory back that is larger than <paramref name="floats"/> per tensor; the content is lost.</summary>
    public void Trim(int floats)
    {
        if (_data[0].Length <= floats) return;
        Array.Fill(_data, []);
        Length = 0;
        Version++;
    }

    private static void Move(float[] from, int fromLength, float[] into, int intoLength, int rows)
    {
        var (a, b) = (fromLength * HeadSize, intoLength * HeadSize);
        var n = Math.Min(a, b);
        // In place, rows move towards the front from the first on, towards the back from the last on.
        if (b <= a)
            for (var r = 0; r < rows; r++) from.AsSpan(r * a, n).CopyTo(into.AsSpan(r * b));
        else
            for (var r = rows - 1; r >= 0; r--) from.AsSpan(r * a, n).CopyTo(into.AsSpan(r * b));
    }
}
