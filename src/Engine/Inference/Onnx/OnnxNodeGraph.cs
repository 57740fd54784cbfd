using System.Text;
using static SpeechQA.Engine.Inference.Onnx.OnnxFields;

namespace SpeechQA.Engine.Inference.Onnx;

/// <summary>
/// Writes an ONNX model of a single node, for products that we leave to ONNX Runtime while we compute what lies around them. The
/// counterpart of <see cref="OnnxTensors"/>: protocol buffers' wire format of onnx.proto3, the few fields that such a model needs.
/// </summary>
internal static class OnnxNodeGraph
{
    private const ulong IrVersion = 8, Opset = 17;

    /// <summary>An input or output of the graph: rows of a width, however many; of width 0 a single number.</summary>
    internal readonly record struct Port(string Name, int Type, int Width);

    /// <summary>A model that applies an operator of ONNX to inputs and constants.</summary>
    /// <param name="operands">Names of inputs and constants in the operator's order.</param>
    public static byte[] Of(string op, IReadOnlyList<string> operands, IReadOnlyList<Port> inputs, Port output,
        IReadOnlyDictionary<string, OnnxTensor> constants)
    {
        var node = new Message();
        foreach (var operand in operands) node.Text(NodeInput, operand);
        node.Text(NodeOutput, output.Name).Text(NodeOperator, op);
        var graph = new Message().Add(GraphNode, node).Text(GraphName, op);
        foreach (var (name, tensor) in constants) graph.Add(GraphInitializer, Constant(name, tensor));
        foreach (var input in inputs) graph.Add(GraphInput, Value(input));
        graph.Add(GraphOutput, Value(output));
        var opset = new Message().Text(OpsetDomain, "").Number(OpsetVersion, Opset);
        return new Message().Number(ModelVersion, IrVersion).Add(ModelGraph, graph).Add(ModelOpset, opset).Bytes();
    }

    private static Message Constant(string name, OnnxTensor tensor)
    {
        var message = new Message();
        foreach (var size in tensor.Shape) message.Number(TensorDims, (ulong)size);
        return message.Number(TensorType, (ulong)tensor.Type).Text(TensorName, name).Raw(TensorRaw, tensor.Data);
    }

    private static Message Value(Port port)
    {
        var shape = new Message();
        if (port.Width > 0)
            shape.Add(ShapeDimension, new Message().Text(DimensionName, "rows"))
                .Add(ShapeDimension, new Message().Number(DimensionValue, (ulong)port.Width));
        var tensor = new Message().Number(TensorElement, (ulong)port.Type).Add(TensorShape, shape);
        return new Message().Text(ValueName, port.Name).Add(ValueTypeProto, new Message().Add(TypeTensor, tensor));
    }

    /// <summary>A message under construction: its parts, so that weights are copied once only.</summary>
    private sealed class Message
    {
        private const int VarintType = 0, LengthType = 2;

        private readonly List<ReadOnlyMemory<byte>> _parts = [];

        private int Length => _parts.Sum(p => p.Length);

        public byte[] Bytes()
        {
            var bytes = new byte[Length];
            var at = 0;
            foreach (var part in _parts)
            {
                part.CopyTo(bytes.AsMemory(at));
                at += part.Length;
            }
            return bytes;
        }

        public Message Number(int field, ulong value) => Varint((ulong)(field << 3 | VarintType)).Varint(value);

        public Message Raw(int field, ReadOnlyMemory<byte> bytes)
        {
            Varint((ulong)(field << 3 | LengthType)).Varint((ulong)bytes.Length);
            _parts.Add(bytes);
            return this;
        }

        public Message Text(int field, string text) => Raw(field, Encoding.UTF8.GetBytes(text));

        public Message Add(int field, Message message)
        {
            Varint((ulong)(field << 3 | LengthType)).Varint((ulong)message.Length);
            _parts.AddRange(message._parts);
            return this;
        }

        private Message Varint(ulong value)
        {
            var bytes = new List<byte>();
            for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
            bytes.Add((byte)value);
            _parts.Add(bytes.ToArray());
            return this;
        }
    }
}
