using SpeechQA.Engine.Inflection;

namespace SpeechQA.Engine.Tests.Inflection;

public sealed class LineGradeTests
{
    [Theory]
    [InlineData(0, 35, LineGrade.Good, null)]
    [InlineData(0.01, 20, LineGrade.Good, null)]
    [InlineData(0.02, 35, LineGrade.Fair, "on a fair line (2 % lost)")]
    [InlineData(0, 13, LineGrade.Fair, "on a fair line (speech 13 dB over the noise)")]
    [InlineData(0.06, 35, LineGrade.Poor, "on a poor line (6 % lost)")]
    [InlineData(0.02, 9, LineGrade.Poor, "on a poor line (2 % lost, speech 9 dB over the noise)")]
    public void A_line_is_graded_by_loss_and_noise(double lost, double snr, LineGrade grade, string? words)
    {
        var line = new LineOfSpeech(lost, snr);
        Assert.Equal((grade, words), (line.Grade, line.Describe()));
    }
}
