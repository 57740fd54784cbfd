using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Tests.Fakes;

namespace SpeechQA.Engine.Tests.Speech.Activity;

public sealed class VoiceActivityTests(VoiceModel model) : IClassFixture<VoiceModel>
{
    private const int Frame = SileroModel.FrameSamples;

    private static float[] Hiss(int frames, float amplitude, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, frames * Frame).Select(_ => (random.NextSingle() - 0.5f) * 2 * amplitude)];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.002)]
    public void A_line_that_stays_quiet_is_not_put_to_the_model(double amplitude)
    {
        var voice = new VoiceActivity(model.Model);
        var line = Hiss(200, (float)amplitude);
        var spared = 0;
        for (var i = 0; i < 200; i++)
        {
            Assert.False(voice.Next(line.AsSpan(i * Frame, Frame)));
            if (voice.Probability == 0) spared++;
        }
        Assert.InRange(spared, 100, 188);
    }

    [Fact]
    public async Task Voice_after_silence_is_not_lost_though_the_model_has_not_heard_the_silence()
    {
        await using var recording = await Recordings.OpenAsync(Repository.Path("samples", "audio", "en-05-utility-move.wav"), default);
        var (customer, resampler) = (1, new Resampler(recording.SampleRate));
        var (samples, wide) = (new short[8_000], new float[resampler.MostOutputs(8_000)]);
        var audio = new List<float>();
        while (audio.Count < 60 * AudioTime.Rate && await recording.ReadAsync(samples, default) is > 0 and var read)
        {
            var own = Enumerable.Range(0, read).Select(i => samples[i * recording.Channels + customer]).ToArray();
            audio.AddRange(wide[..resampler.Process(own, wide)]);
        }
        var line = audio.ToArray();

        var voice = new VoiceActivity(model.Model);
        var always = model.Model.NewState();
        var (lost, heard, spared, frames) = (0, 0, 0, line.Length / Frame);
        for (var i = 0; i < frames; i++)
        {
            var frame = line.AsSpan(i * Frame, Frame);
            voice.Next(frame);
            var probability = always.Next(frame);
            if (voice.Probability == 0) spared++;
            if (probability >= VoiceActivity.On && voice.Probability < VoiceActivity.Off) lost++;
            if (probability >= VoiceActivity.On) heard++;
        }
        Assert.True(spared > frames / 5, $"{spared} of {frames} frames spared");
        Assert.InRange(lost, 0, heard / 200);
    }
}
