using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using SpeechQA.Engine;

namespace SpeechQA.Bench.Ggml;

/// <summary>
/// The initializers of an ONNX file by name. ONNX Runtime does not give them away, so the few protobuf fields that lead to
/// them are read here (onnx.proto: ModelProto.graph 7, GraphProto.initializer 5, TensorProto.dims 1, data_type 2, name 8,
/// raw_data 9); everything else is passed over.
/// </summary>
internal sealed class OnnxWeights
{
    private readonly Dictionary<string, OnnxTensor> _tensors = new(StringComparer.Ordinal);
    private readonly string _path;

    /// <exception cref="BadInputException">Not an ONNX file.</exception>
    public OnnxWeights(string path)
    {
        _path = path;
        var bytes = File.ReadAllBytes(path);
        try
        {
            foreach (var (graph, content) in Fields(bytes))
                if (graph == 7)
                    foreach (var (field, tensor) in Fields(content))
                        if (field == 5) Add(tensor);
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            throw new BadInputException($"{path}: not an ONNX file", "give the folder of the committed model", e);
        }
    }

    /// <exception cref="BadInputException">There is no such tensor.</exception>
    public OnnxTensor this[string name] => _tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new BadInputException($"{_path}: no initializer {name}", "use a graph made by models/tools/whisper/export_whisper.py");

    private void Add(ReadOnlyMemory<byte> content)
    {
        List<int> shape = [];
        var (name, raw) = ("", ReadOnlyMemory<byte>.Empty);
        foreach (var (field, value) in Fields(content))
        {
            // Dimensions come packed or one by one; either way they are varints in a row.
            if (field == 1) for (var at = 0; at < value.Length;) shape.Add((int)Varint(value.Span, ref at));
            if (field == 8) name = Encoding.UTF8.GetString(value.Span);
            if (field == 9) raw = value;
        }
        _tensors[name] = new OnnxTensor(shape, raw);
    }

    /// <summary>Number and bytes of each field of a message; a varint's bytes are its own.</summary>
    private static IEnumerable<(int Field, ReadOnlyMemory<byte> Value)> Fields(ReadOnlyMemory<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message.Span, ref at);
            var start = at;
            var length = (tag & 7) switch
            {
                0 => VarintLength(message.Span, at),
                1 => 8,
                2 => (int)Varint(message.Span, ref start),
                _ => 4,
            };
            yield return ((int)(tag >> 3), message.Slice(start, length));
            at = start + length;
        }
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var (value, shift) = (0UL, 0);
        byte b;
        do
        {
            b = bytes[at++];
            value |= (ulong)(b & 127) << shift;
            shift += 7;
        }
        while (b > 127);
        return value;
    }

    private static int VarintLength(ReadOnlySpan<byte> bytes, int at)
    {
        var end = at;
        Varint(bytes, ref end);
        return end - at;
    }
}

/// <param name="Raw">Little-endian, the last dimension runs fastest.</param>
internal readonly record struct OnnxTensor(IReadOnlyList<int> Shape, ReadOnlyMemory<byte> Raw)
{
    public float[] Floats()
    {
        var values = new float[Raw.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(Raw.Span[(i * sizeof(float))..]);
        return values;
    }

    public ReadOnlySpan<sbyte> Signed => MemoryMarshal.Cast<byte, sbyte>(Raw.Span);
}
