using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Tests.Speech.Recognition;

public sealed class SpeechEvidenceTests
{
    private static Engine.Speech.Recognition.Recognition Of(string text, float average = -0.3f, float secondsPerWord = 0.3f,
        int squeezeFrom = int.MaxValue)
    {
        var at = 0f;
        var words = text.Split(' ').Select((w, i) => new RecognizedWord(w, at, at += i >= squeezeFrom ? 0 : secondsPerWord, average))
            .ToList();
        return new Engine.Speech.Recognition.Recognition
        {
            Text = text,
            Language = "en",
            Words = words,
            AverageLogProbability = average,
            NoSpeechProbability = 0.1f,
            IsSpeech = true,
            Stop = "end",
            Clock = default,
        };
    }

    [Theory]
    [InlineData(-0.3f, 0.8f, true)]
    [InlineData(-1.4f, 0.8f, true)]
    [InlineData(-1.9f, 0.8f, false)]
    [InlineData(-0.3f, 0.05f, true)]
    [InlineData(-1.0f, 0.05f, false)]
    public void Text_is_believed_with_voice_or_with_certainty(float average, float voice, bool believed) =>
        Assert.Equal(believed, SpeechEvidence.IsBelievable(Of("so that is it", average), voice, contrast: 30));

    [Theory]
    [InlineData(-0.3f, 7, true)]        // sure, in a noisy place
    [InlineData(-0.7f, 7, false)]       // a room's babble
    [InlineData(-0.7f, 13, true)]
    [InlineData(-1.9f, 30, false)]
    public void Text_that_does_not_stand_out_of_the_sound_around_it_must_be_sure(float average, float contrast, bool believed) =>
        Assert.Equal(believed, SpeechEvidence.IsBelievable(Of("so that is it", average), 0.6f, contrast));

    [Fact]
    public void A_sentence_written_twice_without_time_is_taken_back()
    {
        var kept = SpeechEvidence.WithoutSqueezedRepeat(Of("Right. This is the worst service. This is the worst service.", squeezeFrom: 6));
        Assert.Equal("Right. This is the worst service.", kept.Text);
        Assert.Equal(6, kept.Words.Count);
    }

    [Fact]
    public void A_sentence_said_twice_stays() =>
        Assert.Equal(10, SpeechEvidence.WithoutSqueezedRepeat(Of("This is the worst service. This is the worst service.")).Words.Count);
}
