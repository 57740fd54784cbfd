using FsCheck.Xunit;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Onnx;
using SpeechQA.Engine.Speech.Recognition.Whisper.Decoder;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper.Decoder;

public sealed unsafe class PackedMatrixTests
{
    private const int Block = QuantizedColumns.Block;

    /// <summary>Any number of columns, outputs that fill no group: what plain arithmetic says, and each column as if alone.</summary>
    [Property(MaxTest = 40)]
    public bool Products_are_those_of_plain_arithmetic_whatever_stands_beside(int seed, byte outputs, byte blocks, byte columns)
    {
        var random = new Random(seed);
        var (rows, inputs, count) = (outputs + 1, (blocks % 4 + 1) * Block, columns % 9 + 1);
        var weights = new byte[rows * inputs];
        random.NextBytes(weights);
        // All extremes together: what does not fit 16 bits anywhere would show.
        if (seed % 3 == 0) Array.Fill(weights, (byte)(seed % 2 == 0 ? 0 : 255));
        var scales = Floats(random, rows * inputs / Block, 0.01f);
        var x = Floats(random, count * inputs, 10);
        var matrix = Matrix(weights, scales, rows, inputs);
        var together = Multiply(matrix, x, count);
        for (var c = 0; c < count; c++)
        {
            var column = x[(c * inputs)..((c + 1) * inputs)];
            if (!Multiply(matrix, column, 1).AsSpan(0, rows).SequenceEqual(together.AsSpan(c * matrix.Stride, rows))) return false;
            for (var n = 0; n < rows; n++)
                if (Math.Abs(Plain(weights, scales, column, n) - together[c * matrix.Stride + n]) > 1e-3) return false;
        }
        return true;
    }

    [Fact]
    public void A_row_is_its_weights_as_numbers()
    {
        var weights = Enumerable.Range(0, 3 * 2 * Block).Select(i => (byte)i).ToArray();
        var row = new float[2 * Block];
        Matrix(weights, [1, 2, 3, 4, 5, 6], 3, 2 * Block).Row(1, row);
        Assert.Equal((weights[2 * Block] - 128) * 3f, row[0]);
        Assert.Equal((weights[4 * Block - 1] - 128) * 4f, row[^1]);
    }

    [Fact]
    public void Weights_and_scales_that_do_not_belong_together_are_bad_input() =>
        Assert.Throws<BadInputException>(() => Matrix(new byte[2 * Block], [1, 2, 3], 2, Block));

    private static double Plain(byte[] weights, float[] scales, ReadOnlySpan<float> column, int row)
    {
        var sum = 0.0;
        for (var b = 0; b < column.Length / Block; b++)
        {
            var values = column.Slice(b * Block, Block);
            var largest = 0f;
            foreach (var v in values) largest = MathF.Max(largest, MathF.Abs(v));
            var scale = largest / 127;
            var products = 0;
            for (var k = 0; k < Block; k++)
                products += (weights[row * column.Length + b * Block + k] - 128)
                    * (scale == 0 ? 0 : (int)MathF.Round(values[k] * (1 / scale)));
            sum += (double)products * scale * scales[row * (column.Length / Block) + b];
        }
        return sum;
    }

    private static float[] Multiply(PackedMatrix matrix, float[] x, int columns)
    {
        using var quantized = new QuantizedColumns();
        var to = new float[columns * matrix.Stride];
        fixed (float* from = x) quantized.Take(from, columns, matrix.Inputs);
        fixed (float* into = to) matrix.Multiply(quantized, columns, into);
        return to;
    }

    private static PackedMatrix Matrix(byte[] weights, float[] scales, int rows, int inputs)
    {
        var blocks = inputs / Block;
        return new PackedMatrix(new OnnxTensor([rows, blocks, Block], OnnxTensor.Byte, weights),
            new OnnxTensor([rows, scales.Length / rows], OnnxTensor.Float, scales.SelectMany(BitConverter.GetBytes).ToArray()));
    }

    private static float[] Floats(Random random, int count, float most) =>
        [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2 - 1) * most)];
}
