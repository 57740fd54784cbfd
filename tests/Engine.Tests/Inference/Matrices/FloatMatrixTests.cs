using FsCheck.Xunit;
using SpeechQA.Engine.Inference.Matrices;

namespace SpeechQA.Engine.Tests.Inference.Matrices;

public sealed unsafe class FloatMatrixTests
{
    /// <summary>Any number of rows, overlapping as a convolution's do; outputs that fill no panel.</summary>
    [Property(MaxTest = 60)]
    public bool Products_are_those_of_plain_arithmetic(int seed, byte rows, byte inputs, byte outputs, bool add)
    {
        var random = new Random(seed);
        var (count, depth, width, stride) = (rows % 40 + 1, inputs % 70 + 1, outputs % 100 + 1, inputs % 30 + 1);
        float[] Floats(int length) => [.. Enumerable.Range(0, length).Select(_ => (float)random.NextDouble() - 0.5f)];
        var (weights, x) = (Floats(depth * width), Floats((count - 1) * stride + depth));
        var matrix = new FloatMatrix(depth, width, (i, o) => weights[i * width + o]);
        // What lies behind the last row is somebody else's.
        var before = Floats((count + 1) * matrix.Stride);
        var y = before.ToArray();
        fixed (float* from = x)
        fixed (float* to = y) matrix.Multiply(from, stride, count, to, add);
        for (var row = 0; row < count; row++)
            for (var o = 0; o < matrix.Stride; o++)
            {
                var want = add ? before[row * matrix.Stride + o] : 0.0;
                for (var i = 0; i < depth && o < width; i++) want += weights[i * width + o] * x[row * stride + i];
                if (Math.Abs(want - y[row * matrix.Stride + o]) > 1e-4) return false;
            }
        return y.AsSpan(count * matrix.Stride).SequenceEqual(before.AsSpan(count * matrix.Stride));
    }

    [Fact]
    public void A_turned_block_has_rows_for_columns()
    {
        var (from, to) = (Enumerable.Range(0, 16 * 20).Select(i => (float)i).ToArray(), new float[16 * 18]);
        fixed (float* a = from)
        fixed (float* b = to) Transposition.Transpose(a, 20, b, 18);
        for (var row = 0; row < 16; row++)
            for (var column = 0; column < 16; column++) Assert.Equal(from[row * 20 + column], to[column * 18 + row]);
    }
}
