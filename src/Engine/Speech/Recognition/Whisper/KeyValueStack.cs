using Microsoft.ML.OnnxRuntime;

namespace SpeechQA.Engine.Speech.Recognition.Whisper;

/// <summary>
/// Attention keys and values of several utterances, stacked as the decoder takes them: per layer two tensors
/// [slots, heads, length, 64]. The memory is reused and laid out anew in place when the length changes; taking the last slots
/// off needs no copy. Positions beyond an utterance's own length hold old or zero, always finite, numbers.
/// </summary>
internal sealed class KeyValueStack : IDisposable
{
    public const int HeadSize = 64;

    private readonly NativeFloats[] _data;
    private readonly int _heads;

    public KeyValueStack(int layers, int heads)
    {
        _heads = heads;
        _data = new NativeFloats[2 * layers];
        for (var t = 0; t < _data.Length; t++) _data[t] = new NativeFloats();
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
        foreach (var data in _data)
        {
            data.Grow(need);
            if (length != Length) Move(data.Span, Length * HeadSize, length * HeadSize, keep * _heads);
        }
        Length = length;
        Version++;
    }

    /// <summary>Copies a slot over another.</summary>
    public void Copy(int from, int to)
    {
        foreach (var data in _data) data.Span.Slice(from * SlotSize, SlotSize).CopyTo(data.Span[(to * SlotSize)..]);
    }

    /// <summary>Fills a slot with the only slot of another stack, which may be shorter.</summary>
    public void Load(int slot, KeyValueStack source)
    {
        var (row, own) = (source.Length * HeadSize, Length * HeadSize);
        for (var t = 0; t < _data.Length; t++)
            for (var h = 0; h < _heads; h++)
                source._data[t].Span.Slice(h * row, row).CopyTo(_data[t].Span[(slot * SlotSize + h * own)..]);
    }

    /// <summary>Writes the new column of one position: [heads * 64].</summary>
    public void Put(int tensor, int slot, int position, ReadOnlySpan<float> column)
    {
        var into = _data[tensor].Span[(slot * SlotSize + position * HeadSize)..];
        for (var h = 0; h < _heads; h++)
            column.Slice(h * HeadSize, HeadSize).CopyTo(into[(h * Length * HeadSize)..]);
    }

    /// <summary>A tensor [slots, heads, length, 64] over this memory, valid until <see cref="Version"/> changes.</summary>
    public OrtValue Tensor(int tensor, int first, int slots) => _data[tensor].Tensor(first * SlotSize, [slots, _heads, Length, HeadSize]);

    /// <summary>Sets memory for so many slots of a length aside, and gives back what is more; the content is lost.</summary>
    public void Reserve(int slots, int length)
    {
        var size = slots * _heads * length * HeadSize;
        if (_data[0].Length == size) return;
        foreach (var data in _data)
        {
            data.Free();
            data.Grow(size);
        }
        Length = 0;
        Version++;
    }

    public void Dispose()
    {
        foreach (var data in _data) data.Dispose();
    }

    /// <summary>Rows of <paramref name="from"/> floats become rows of <paramref name="to"/>, in place.</summary>
    private static void Move(Span<float> data, int from, int to, int rows)
    {
        var n = Math.Min(from, to);
        // Towards the front from the first row on, towards the back from the last on.
        if (to < from)
            for (var r = 0; r < rows; r++) data.Slice(r * from, n).CopyTo(data[(r * to)..]);
        else
            for (var r = rows - 1; r >= 0; r--) data.Slice(r * from, n).CopyTo(data[(r * to)..]);
    }
}
