using System.Text;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Inference.Onnx;
using SpeechQA.WhisperNet.Ggml;

namespace SpeechQA.WhisperNet.Tests.Ggml;

/// <summary>The committed model as whisper.cpp's loader reads it: sizes, tokens, and every tensor once with its shape.</summary>
public sealed class WhisperGgmlTests
{
    private const int State = 512, Layers = 6;

    [Fact]
    public void A_file_holds_what_the_loader_of_whisper_cpp_expects()
    {
        var written = new MemoryStream();
        WhisperGgml.Write(ModelFolder.Find(), written);
        using var stream = new MemoryStream(written.ToArray());
        using var file = new BinaryReader(stream);
        Assert.Equal(0x67676d6c, file.ReadInt32());
        Assert.Equal([51865, 1500, State, 8, Layers, 448, State, 8, Layers, 80, 1], Numbers(file, 11));
        Assert.Equal([80, 201], Numbers(file, 2));
        stream.Position += 80 * 201 * sizeof(float);
        var tokens = Enumerable.Range(0, file.ReadInt32()).Select(_ => file.ReadBytes(file.ReadInt32())).ToList();
        Assert.Equal(50257, tokens.Count);
        Assert.Equal("!", Encoding.UTF8.GetString(tokens[0]));
        // Rows that we keep, less specials and stamps, less the one token of text without bytes (50256).
        Assert.Equal(43_011 - (51_865 - 50_257) - 1, tokens.Count(t => t.Length > 0));

        Dictionary<string, int[]> tensors = [];
        while (stream.Position < stream.Length)
        {
            var (dimensions, length, type) = (file.ReadInt32(), file.ReadInt32(), file.ReadInt32());
            var shape = Numbers(file, dimensions);
            tensors.Add(Encoding.ASCII.GetString(file.ReadBytes(length)), shape);
            stream.Position += shape.Aggregate(1L, (a, b) => a * b) * (type == 1 ? 2 : 4);
        }
        Assert.Equal(stream.Length, stream.Position);
        // Seven of the encoder and four of the decoder; a block of the encoder has 15, of the decoder 24.
        Assert.Equal(7 + 4 + Layers * (15 + 24), tensors.Count);
        Assert.Equal([3, 80, State], tensors["encoder.conv1.weight"]);
        Assert.Equal([State, 4 * State], tensors["encoder.blocks.0.mlp.0.weight"]);
        Assert.Equal([4 * State, State], tensors["encoder.blocks.5.mlp.2.weight"]);
        Assert.Equal([State, State], tensors["decoder.blocks.5.cross_attn.value.weight"]);
        Assert.Equal([State, 51865], tensors["decoder.token_embedding.weight"]);
    }

    [Fact]
    public void Blocks_are_multiplied_out_around_128()
    {
        var matrix = Matrix.OfBlocks(
            new OnnxTensor([2, 2, 2], OnnxTensor.Byte, new byte[] { 128, 129, 127, 130, 0, 255, 128, 128 }),
            Floats([2, 2], 1, 10, 0.5f, 3));
        Assert.Equal((2, 4), (matrix.Rows, matrix.Columns));
        Assert.Equal([0, 1, -10, 20, -64, 63.5f, 0, 0], matrix.Values);
    }

    [Fact]
    public void Columns_are_turned_and_multiplied_out()
    {
        // [in 2, out 3]
        var matrix = Matrix.OfColumns(
            new OnnxTensor([2, 3], OnnxTensor.SignedByte, new byte[] { 1, 2, 3, 255, 254, 253 }), Floats([3], 1, 10, 100));
        Assert.Equal([1, -1, 20, -20, 300, -300], matrix.Values);
        Assert.Equal([1, -1, 7, 20, -20, 8, 300, -300, 9], matrix.Beside(new Matrix(3, 1, [7, 8, 9])).Values);
        Assert.Equal([1, -1, 20, -20, 300, -300, 4, 5], matrix.Above(new Matrix(1, 2, [4, 5])).Values);
    }

    private static OnnxTensor Floats(long[] shape, params float[] values) =>
        new(shape, OnnxTensor.Float, values.SelectMany(BitConverter.GetBytes).ToArray());

    private static int[] Numbers(BinaryReader file, int count) => [.. Enumerable.Range(0, count).Select(_ => file.ReadInt32())];
}
