using System.Text;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Onnx;

namespace SpeechQA.Engine.Tests.Inference.Onnx;

public sealed class OnnxTensorsTests
{
    private const int Float = 1, Byte = 2;

    private static readonly float[] Values = [1, -2, 3.5f, 0, 5, 6];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }

    private static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    private static byte[] Message(int field, params byte[][] parts)
    {
        byte[] content = [.. parts.SelectMany(p => p)];
        return [.. Varint((ulong)field << 3 | 2), .. Varint((ulong)content.Length), .. content];
    }

    private static byte[] Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Tensor(int field, string name, int type, byte[] data, params byte[][] dims) =>
        Message(field, [.. dims, Number(2, (ulong)type), Text(8, name), Message(9, data)]);

    private static byte[] Constant(string output, byte[] tensor) =>
        Message(1, Text(2, output), Text(4, "Constant"), Message(5, Text(1, "value"), tensor));

    /// <summary>A node with a branch that holds what is given.</summary>
    private static byte[] Branch(byte[] inner) =>
        Message(1, Text(2, "chosen"), Text(4, "If"), Message(5, Text(1, "then_branch"), Message(6, inner)));

    /// <summary>An initialiser, a constant, and a constant in a branch whose dimensions are packed.</summary>
    private static byte[] Model()
    {
        byte[] data = [.. Values.SelectMany(BitConverter.GetBytes)];
        var initializer = Tensor(5, "initial", Float, data, Number(1, 2), Number(1, 3));
        var constant = Constant("constant", Tensor(5, "", Byte, [7, 8, 9], Number(1, 3)));
        var inBranch = Constant("within", Tensor(5, "other", Float, data, Message(1, [6])));
        return [.. Number(1, 8), .. Message(7, constant, Branch(inBranch), initializer)];
    }

    [Fact]
    public void Initialisers_and_constants_are_found_by_name_those_of_branches_too()
    {
        var tensors = OnnxTensors.Of(Model(), "m");
        Assert.Equal(["constant", "initial", "within"], tensors.Names.Order());
        Assert.Equal([2, 3], tensors["initial"].Shape);
        Assert.Equal(Values, tensors["initial"].Floats.ToArray());
        Assert.Equal([6], tensors["within"].Shape);
        Assert.Equal(Values, tensors["within"].Floats.ToArray());
        Assert.Equal([7, 8, 9], tensors["constant"].Bytes.ToArray());
    }

    [Fact]
    public void Values_of_another_type_are_refused()
    {
        var tensors = OnnxTensors.Of(Model(), "m");
        Assert.Throws<BadInputException>(() => tensors["constant"].Floats.Length);
        Assert.Throws<BadInputException>(() => tensors["initial"].Bytes.Length);
    }

    [Fact]
    public void Constants_of_the_committed_model_are_there()
    {
        var tensors = OnnxTensors.Read(Repository.Path("models", "silero-vad", "silero_vad.onnx"));
        var basis = tensors["If_0_then_branch__Inline_0__stft.forward_basis_buffer"];
        Assert.Equal([258, 1, 256], basis.Shape);
        Assert.Equal(258 * 256, basis.Floats.Length);
        Assert.Equal(1, basis.Floats[128], 1e-6f);
    }

    [Fact]
    public void A_file_that_is_missing_is_refused_in_one_line()
    {
        var refusal = Assert.Throws<BadInputException>(() => OnnxTensors.Read("/no/such/model.onnx"));
        Assert.StartsWith("/no/such/model.onnx: ", refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void Branches_without_end_are_refused()
    {
        byte[] inner = [];
        for (var i = 0; i < 1_000; i++) inner = Branch(inner);
        Assert.Throws<BadInputException>(() => OnnxTensors.Of(Message(7, inner), "m"));
    }

    /// <summary>Whatever bytes come, they are read or refused, and a tensor's values are there or refused.</summary>
    private static bool IsRead(ReadOnlyMemory<byte> file)
    {
        try
        {
            var tensors = OnnxTensors.Of(file, "m");
            foreach (var tensor in tensors.Names.Select(name => tensors[name]))
                _ = tensor.Type == OnnxTensor.Float ? tensor.Floats.Length : tensor.Bytes.Length;
            return true;
        }
        catch (BadInputException e)
        {
            Assert.DoesNotContain('\n', e.Message);
            return false;
        }
    }

    [Fact]
    public void Cut_and_flipped_bytes_are_read_or_refused()
    {
        var model = Model();
        var refused = 0;
        for (var length = 0; length < model.Length; length++) refused += IsRead(model.AsMemory(0, length)) ? 0 : 1;
        for (var at = 0; at < model.Length; at++)
            for (var bit = 0; bit < 8; bit++)
            {
                byte[] flipped = [.. model];
                flipped[at] ^= (byte)(1 << bit);
                refused += IsRead(flipped) ? 0 : 1;
            }
        var random = new Random(1);
        for (var i = 0; i < 2_000; i++)
        {
            byte[] noise = [.. model];
            for (var n = random.Next(1, 20); n > 0; n--) noise[random.Next(noise.Length)] = (byte)random.Next(256);
            refused += IsRead(noise) ? 0 : 1;
        }
        Assert.True(refused > model.Length);
    }

    [Fact]
    public void The_committed_model_cut_and_flipped_is_read_or_refused()
    {
        var model = File.ReadAllBytes(Repository.Path("models", "silero-vad", "silero_vad.onnx"));
        var random = new Random(1);
        for (var i = 0; i < 300; i++) IsRead(model.AsMemory(0, random.Next(model.Length)));
        for (var i = 0; i < 300; i++)
        {
            // Names and lengths are 6 % of the file, half of them behind the last weights.
            var (at, was) = (i % 2 == 0 ? random.Next(model.Length) : model.Length - 1 - random.Next(40_000), (byte)0);
            (was, model[at]) = (model[at], (byte)random.Next(256));
            IsRead(model);
            model[at] = was;
        }
    }
}
