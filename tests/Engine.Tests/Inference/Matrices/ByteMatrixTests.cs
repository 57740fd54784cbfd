using FsCheck.Xunit;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Matrices;
using SpeechQA.Engine.Inference.Onnx;

namespace SpeechQA.Engine.Tests.Inference.Matrices;

public sealed unsafe class ByteMatrixTests
{
    /// <summary>
    /// Bytes are as near as their step allows, whatever the number of rows; one row's scale is its own where it should be.
    /// </summary>
    [Property(MaxTest = 30)]
    public bool Products_are_those_of_plain_arithmetic_on_rounded_activations(int seed, byte rows, byte inputs, byte outputs)
    {
        var random = new Random(seed);
        var (count, depth, width) = (rows % 21 + 1, 64 + inputs % 9 * 16, (outputs % 5 + 1) * 16);
        var weights = new byte[depth * width];
        // 64 at most: pairs of products fit 16 bits, so processors without instructions for four are exact, too.
        for (var i = 0; i < weights.Length; i++) weights[i] = (byte)(sbyte)random.Next(-63, 64);
        var scales = Enumerable.Range(0, width).Select(_ => (float)random.NextDouble() + 0.01f).ToArray();
        using var matrix = new ByteMatrix(new OnnxTensor([depth, width], OnnxTensor.SignedByte, weights), scales);
        var x = Enumerable.Range(0, count * depth).Select(_ => (float)(random.NextDouble() - 0.3) * 8).ToArray();
        foreach (var scaleOf in Enum.GetValues<ScaleOf>())
        {
            using var quantized = new QuantizedRows(scaleOf);
            using var product = new ByteProduct(matrix, quantized);
            var y = new float[count * width];
            fixed (float* from = x)
            fixed (float* to = y) product.Multiply(from, depth, count, to);
            for (var row = 0; row < count; row++)
                for (var o = 0; o < width; o++)
                {
                    var (want, slack) = (0.0, 1e-3);
                    for (var i = 0; i < depth; i++)
                    {
                        var weight = (sbyte)weights[i * width + o] * scales[o];
                        var rounded = (quantized.Values[row * depth + i] - *quantized.Zero) * quantized.Scale(row);
                        if (Math.Abs(rounded - x[row * depth + i]) > quantized.Scale(row) * 0.51) return false;
                        want += weight * rounded;
                        slack += Math.Abs(weight * rounded) * 1e-6;
                    }
                    if (Math.Abs(want - y[row * width + o]) > slack) return false;
                }
            var step = Enumerable.Range(0, count).Select(quantized.Scale).Distinct().Count();
            if (step != (scaleOf == ScaleOf.Row ? count : 1)) return false;
        }
        return true;
    }

    [Fact]
    public void Rows_of_zeros_stay_zeros()
    {
        foreach (var scaleOf in Enum.GetValues<ScaleOf>())
        {
            using var quantized = new QuantizedRows(scaleOf);
            var x = new float[2 * 64];
            fixed (float* from = x)
            {
                quantized.Begin(2, 64);
                quantized.Add(0, from);
                quantized.Add(1, from + 64);
                quantized.End(from, 64);
            }
            Assert.All(Enumerable.Range(0, 128), i => Assert.Equal(*quantized.Zero, quantized.Values[i]));
        }
    }

    [Fact]
    public void Weights_and_scales_that_do_not_belong_together_are_bad_input()
    {
        Assert.Throws<BadInputException>(() => new ByteMatrix(new OnnxTensor([64, 16], OnnxTensor.SignedByte, new byte[64 * 16]),
            new float[15]));
        Assert.Throws<BadInputException>(() => new ByteMatrix(new OnnxTensor([64, 16], OnnxTensor.SignedByte, new byte[64 * 15]),
            new float[16]));
        Assert.Throws<BadInputException>(() => new ByteMatrix(new OnnxTensor([64, 16], OnnxTensor.Byte, new byte[64 * 16]), new float[16]));
    }
}
