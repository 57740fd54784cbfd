using SpeechQA.Engine.Core;
using SpeechQA.Engine.Speech.Utterances;

namespace SpeechQA.Engine.Tests.Speech.Utterances;

public sealed class UtteranceContrastTests
{
    [Fact]
    public void A_tone_in_silence_stands_out_by_its_level()
    {
        var samples = new float[AudioTime.Rate];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (i < samples.Length / 2 ? 0.2f : 0.002f) * MathF.Sin(2 * MathF.PI * 400 * i / AudioTime.Rate);
        Assert.Equal(40, UtteranceContrast.Of(samples), 0.1f);
    }

    [Fact]
    public void Steady_noise_does_not()
    {
        var random = new Random(5);
        var samples = new float[AudioTime.Rate];
        for (var i = 0; i < samples.Length; i++) samples[i] = 0.1f * (float)(random.NextDouble() - 0.5);
        Assert.InRange(UtteranceContrast.Of(samples), 0, 2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(319)]
    [InlineData(320)]
    public void Short_audio_has_none(int samples) => Assert.Equal(0, UtteranceContrast.Of(new float[samples]));
}
