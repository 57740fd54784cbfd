using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Tests.Ingest.Wav;

namespace SpeechQA.Engine.Tests.Audio;

public sealed class CodeUniformityTests
{
    private static bool IsUniform(IEnumerable<short> samples)
    {
        var codes = new CodeUniformity();
        foreach (var sample in samples) codes.Add(sample);
        return codes.Take();
    }

    [Fact]
    public void Random_bytes_are_uniform_whatever_codec_they_are_taken_for()
    {
        var random = new Random(3);
        for (var second = 0; second < 50; second++)
        {
            var bytes = new byte[8_000];
            random.NextBytes(bytes);
            Assert.True(IsUniform(bytes.Select(G711.DecodeMuLaw)));
            Assert.True(IsUniform(bytes.Select(G711.DecodeALaw)));
            Assert.True(IsUniform(bytes.Zip(bytes.Skip(1), (a, b) => (short)(a << 8 | b))));
        }
    }

    [Theory]
    [InlineData("en-01-telecom-cancel")]
    [InlineData("fr-03-assurance-avocat")]
    public void No_second_of_a_call_is(string name)
    {
        for (var channel = 0; channel < 2; channel++)
            Assert.All(SampleWav.Channel(channel, 60, name: name).Chunk(8_000), second => Assert.False(IsUniform(second)));
    }

    [Fact]
    public void Noise_of_any_level_tones_and_silence_are_not()
    {
        var random = new Random(5);
        foreach (var level in new[] { 3, 30, 300, 3_000, 12_000 })
        {
            Assert.False(IsUniform(Enumerable.Range(0, 8_000).Select(_ =>
                (short)Math.Clamp(level * Gauss(random), short.MinValue, short.MaxValue))));
            Assert.False(IsUniform(Enumerable.Range(0, 8_000).Select(i => (short)(level * Math.Sin(i * 0.31)))));
        }
        Assert.False(IsUniform(new short[8_000]));
        Assert.False(IsUniform([]));
    }

    private static double Gauss(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
