using System.Text;

namespace SpeechQA.Engine.Inference;

/// <summary>
/// Writes an ONNX model of a single node, for products that we leave to ONNX Runtime while we compute what lies around them. The counterpart of
/// <see cref="OnnxTensors"/>: protocol buffers' wire format of onnx.proto3, the few fields that such a model needs.
/// </summary>
internal static class OnnxNodeGraph
{
    private const ulong IrVersion = 8, Opset = 17;

    /// <summary>An input or output of the graph: its first dimension is free.</summary>
    internal readonly record struct Port(string Name, int Type, int Width);

    /// <summary>A model that applies an operator of ONNX to inputs and constants.</summary>
    /// <param name="operands">Names of inputs and constants in the operator's order.</param>
    public static byte[] Of(string op, IReadOnlyList<string> operands, IReadOnlyList<Port> inputs, Port output, IReadOnlyDictionary<string, OnnxTensor> constants)
    {
        var node = new Message();
        foreach (var operand in operands) node.Text(1, operand);
        node.Text(2, output.Name).Text(4, op);
        var graph = new Message().Add(1, node).Text(2, op);
        foreach (var (name, tensor) in constants) graph.Add(5, Constant(name, tensor));
        foreach (var input in inputs) graph.Add(11, Value(input));
        graph.Add(12, Value(output));
        return new Message().Number(1, IrVersion).Add(7, graph).Add(8, new Message().Text(1, "").Number(2, Opset)).Bytes();
    }

    private static Message Constant(string name, OnnxTensor tensor)
    {
        var message = new Message();
        foreach (var size in tensor.Shape) message.Number(1, (ulong)size);
        return message.Number(2, (ulong)tensor.Type).Text(8, name).Raw(9, tensor.Data.Span);
    }

    private static Message Value(Port port)
    {
        var shape = new Message();
        if (port.Width > 0) shape.Add(1, new Message().Text(2, "rows")).Add(1, new Message().Number(1, (ulong)port.Width));
        return new Message().Text(1, port.Name).Add(2, new Message().Add(1, new Message().Number(1, (ulong)port.Type).Add(2, shape)));
    }

    /// <summary>A message under construction.</summary>
    private sealed class Message
    {
        private const int VarintType = 0, LengthType = 2;

        private readonly MemoryStream _bytes = new();

        public byte[] Bytes() => _bytes.ToArray();

        public Message Number(int field, ulong value)
        {
            Varint((ulong)(field << 3 | VarintType));
            Varint(value);
            return this;
        }

        public Message Raw(int field, ReadOnlySpan<byte> bytes)
        {
            Varint((ulong)(field << 3 | LengthType));
            Varint((ulong)bytes.Length);
            _bytes.Write(bytes);
            return this;
        }

        public Message Text(int field, string text) => Raw(field, Encoding.UTF8.GetBytes(text));

        public Message Add(int field, Message message) => Raw(field, message.Bytes());

        private void Varint(ulong value)
        {
            for (; value >= 0x80; value >>= 7) _bytes.WriteByte((byte)(value | 0x80));
            _bytes.WriteByte((byte)value);
        }
    }
}
