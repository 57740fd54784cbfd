using SpeechQA.Engine.Inference.Matrices;

namespace SpeechQA.Engine.Tests.Inference.Matrices;

public sealed unsafe class FloatsTests
{
    [Fact]
    public void Gelu_is_within_a_millionth()
    {
        var (x, bias) = (new float[16], new float[16]);
        for (var start = -12.0; start < 12; start += 0.01)
        {
            for (var i = 0; i < 16; i++) (x[i], bias[i]) = ((float)(start + i * 0.0007), 0.25f);
            var want = x.Select(v => Gelu(v + 0.25f)).ToArray();
            fixed (float* p = x) Floats.Gelu(p, bias);
            for (var i = 0; i < 16; i++)
                Assert.InRange(x[i] - want[i], -1e-6 * Math.Max(1, Math.Abs(want[i])), 1e-6 * Math.Max(1, Math.Abs(want[i])));
        }
    }

    [Theory]
    [InlineData(1, 32)]
    [InlineData(31, 32)]
    [InlineData(32, 32)]
    [InlineData(50, 96)]
    public void Softmax_is_that_of_the_values_that_count(int count, int room)
    {
        var random = new Random(1);
        var x = Enumerable.Range(0, room).Select(_ => (float)(random.NextDouble() - 0.5) * 60).ToArray();
        // What does not count may be anything.
        x.AsSpan(count).Fill(float.NaN);
        var most = x[..count].Max();
        var sum = x[..count].Sum(v => Math.Exp((double)v - most));
        var want = x[..count].Select(v => Math.Exp((double)v - most) / sum).ToArray();
        fixed (float* p = x) Floats.Softmax(p, count, room);
        for (var i = 0; i < count; i++) Assert.InRange(x[i] - want[i], -3e-6 * want[i] - 1e-25, 3e-6 * want[i] + 1e-25);
        Assert.All(x[count..], v => Assert.InRange(v, 0, 1e-25f));
    }

    private static double Gelu(double x) => x * 0.5 * (1 + Erf(x / Math.Sqrt(2)));

    /// <summary>By its series, and by the continued fraction of its complement where that is shorter.</summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 3)
        {
            var (fraction, size) = (0.0, Math.Abs(x));
            for (var k = 60; k > 0; k--) fraction = k / 2.0 / (size + fraction);
            return Math.Sign(x) * (1 - Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (size + fraction));
        }
        var (term, sum) = (x, x);
        for (var n = 1; n < 80; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return sum * 2 / Math.Sqrt(Math.PI);
    }
}
