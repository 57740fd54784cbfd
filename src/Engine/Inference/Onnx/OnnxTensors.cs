using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using static SpeechQA.Engine.Inference.Onnx.OnnxFields;

namespace SpeechQA.Engine.Inference.Onnx;

/// <summary>A constant tensor of a graph: f32 or bytes, row-major.</summary>
internal sealed record OnnxTensor(IReadOnlyList<long> Shape, int Type, ReadOnlyMemory<byte> Data)
{
    /// <summary>TensorProto.DataType.</summary>
    public const int Float = 1, Byte = 2, SignedByte = 3, Integer = 6;

    public ReadOnlySpan<float> Floats => MemoryMarshal.Cast<byte, float>(Of(Float, sizeof(float)));

    public ReadOnlySpan<byte> Bytes => Of(Byte, sizeof(byte));

    public ReadOnlySpan<sbyte> SignedBytes => MemoryMarshal.Cast<byte, sbyte>(Of(SignedByte, sizeof(sbyte)));

    /// <summary>Of a matrix of bytes, some columns.</summary>
    public OnnxTensor Columns(int first, int count)
    {
        var (rows, width) = ((int)Shape[0], (int)Shape[1]);
        var data = new byte[rows * count];
        for (var row = 0; row < rows; row++) Data.Span.Slice(row * width + first, count).CopyTo(data.AsSpan(row * count));
        return new OnnxTensor([rows, count], Type, data);
    }

    private ReadOnlySpan<byte> Of(int type, int size)
    {
        if (Type != type || Data.Length != Shape.Aggregate((long)size, (a, b) => a * b))
            throw new BadInputException(
                $"a tensor [{string.Join(", ", Shape)}] of type {Type} with {Data.Length} bytes where type {type} was expected",
                ModelFile.Remedy);
        return Data.Span;
    }
}

/// <summary>
/// The constants of an ONNX file, by name: initialisers and Constant nodes, those of branches included. For the parts that we
/// compute ourselves from a model's weights. Reads protocol buffers' wire format (protobuf.dev/programming-guides/encoding)
/// of onnx.proto3 (onnx.ai); values that lie in raw_data only.
/// </summary>
internal sealed class OnnxTensors
{
    /// <summary>Branches within branches: more than any exporter writes, fewer than a thread's stack bears.</summary>
    private const int Deepest = 32;

    private readonly Dictionary<string, OnnxTensor> _tensors;
    private readonly string _path;

    private OnnxTensors(string path, Dictionary<string, OnnxTensor> tensors) => (_path, _tensors) = (path, tensors);

    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <exception cref="BadInputException">There is no such tensor.</exception>
    public OnnxTensor this[string name] => _tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new BadInputException($"{_path}: the graph has no tensor {name}", ModelFile.Remedy);

    /// <summary>All floats of a tensor.</summary>
    /// <exception cref="BadInputException">There is no such tensor, or not of floats.</exception>
    public float[] Vector(string name) => this[name].Floats.ToArray();

    /// <exception cref="BadInputException">Not a file of the ONNX format, or none that can be read.</exception>
    public static OnnxTensors Read(string path)
    {
        try
        {
            return Of(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: model file cannot be read ({e.Message})", ModelFile.Remedy, e);
        }
    }

    /// <param name="file">The file's content.</param>
    /// <param name="path">Its name, for the message.</param>
    /// <exception cref="BadInputException">Not of the ONNX format.</exception>
    internal static OnnxTensors Of(ReadOnlyMemory<byte> file, string path)
    {
        var tensors = new Dictionary<string, OnnxTensor>(StringComparer.Ordinal);
        try
        {
            foreach (var field in Fields(file))
                if (field.Number == ModelGraph) Graph(field.Bytes, tensors, 0);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new BadInputException($"{path}: not an ONNX graph that can be read", ModelFile.Remedy, e);
        }
        return new OnnxTensors(path, tensors);
    }

    private static void Graph(ReadOnlyMemory<byte> graph, Dictionary<string, OnnxTensor> tensors, int depth)
    {
        if (depth > Deepest) throw new ArgumentException("Branches within branches without end.");
        foreach (var field in Fields(graph))
        {
            if (field.Number == GraphNode) Node(field.Bytes, tensors, depth);
            if (field.Number != GraphInitializer) continue;
            var (name, tensor) = Tensor(field.Bytes);
            tensors[name] = tensor;
        }
    }

    private static void Node(ReadOnlyMemory<byte> node, Dictionary<string, OnnxTensor> tensors, int depth)
    {
        var output = "";
        foreach (var field in Fields(node))
        {
            if (field.Number == NodeOutput && output.Length == 0) output = Encoding.UTF8.GetString(field.Bytes.Span);
            if (field.Number != NodeAttribute) continue;
            foreach (var value in Fields(field.Bytes))
            {
                if (value.Number == AttributeGraph) Graph(value.Bytes, tensors, depth + 1);
                if (value.Number == AttributeTensor) tensors[output] = Tensor(value.Bytes).Tensor;
            }
        }
    }

    private static (string Name, OnnxTensor Tensor) Tensor(ReadOnlyMemory<byte> tensor)
    {
        var shape = new List<long>();
        var (name, type, data) = ("", 0, ReadOnlyMemory<byte>.Empty);
        foreach (var field in Fields(tensor))
        {
            if (field.Number == TensorDims) AddDims(field, shape);
            if (field.Number == TensorType) type = checked((int)field.Number64);
            if (field.Number == TensorName) name = Encoding.UTF8.GetString(field.Bytes.Span);
            if (field.Number == TensorRaw) data = field.Bytes;
        }
        return (name, new OnnxTensor(shape, type, data));
    }

    private static void AddDims(Field field, List<long> shape)
    {
        if (field.Bytes.IsEmpty) shape.Add(checked((long)field.Number64));
        for (var at = 0; at < field.Bytes.Length;) shape.Add(checked((long)Varint(field.Bytes.Span, ref at)));
    }

    private readonly record struct Field(int Number, ulong Number64, ReadOnlyMemory<byte> Bytes);

    private static IEnumerable<Field> Fields(ReadOnlyMemory<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message.Span, ref at);
            var number = checked((int)(tag >> 3));
            var (value, length) = (tag & 7) switch
            {
                0 => (Varint(message.Span, ref at), 0),
                1 => (BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..]), 8),
                2 => (0UL, checked((int)Varint(message.Span, ref at))),
                5 => ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(message.Span[at..]), 4),
                var wire => throw new ArgumentException($"Wire type {wire}."),
            };
            yield return new Field(number, value, (tag & 7) == 2 ? message.Slice(at, length) : default);
            at += length;
        }
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= bytes.Length) break;
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw new ArgumentException("A number that does not end.");
    }
}
