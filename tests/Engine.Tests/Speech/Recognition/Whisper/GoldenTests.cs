using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using Xunit.Abstractions;
using Result = SpeechQA.Engine.Speech.Recognition.Recognition;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper;

[Collection(WhisperCollection.Name)]
public sealed class GoldenTests(WhisperFixture whisper, ITestOutputHelper output)
{
    [Fact]
    public async Task Golden_utterances_have_the_reference_s_tokens_words_and_probabilities()
    {
        await using var recognizer = new WhisperRecognizer(whisper.Sessions, new WhisperOptions { Workers = 2 });
        var all = GoldenUtterance.All;
        var results = await Task.WhenAll(all.Select(u => recognizer.RecognizeAsync(
            new RecognitionRequest(whisper.Clip(u), new LegLanguage(u.Language), RecognitionKind.File)).AsTask()));
        var exact = 0;
        foreach (var (golden, got) in all.Zip(results))
        {
            if (!golden.Tokens.SequenceEqual(got.Tokens))
            {
                output.WriteLine($"{golden.File}: margin {golden.Margin} | {golden.Text} | {got.Text}");
                continue;
            }
            exact++;
            Check(golden, got);
        }
        output.WriteLine($"{exact} exact; overhead {recognizer.Statistics.Overhead:P1}, {recognizer.Statistics}");
        Assert.True(exact >= 28, $"{exact} of {all.Count} utterances have the reference's tokens.");
    }

    private void Check(GoldenUtterance golden, Result got)
    {
        Assert.Equal(golden.Stop, got.Stop);
        Assert.Equal(golden.Speech, got.IsSpeech);
        Assert.Equal(golden.Text.Trim(), got.Text);
        Assert.InRange(got.AverageLogProbability - golden.AvgLogprob, -0.1, 0.1);
        Assert.Equal(golden.Words.Select(w => w.Word), got.Words.Select(w => w.Text));
        foreach (var (want, have) in golden.Words.Zip(got.Words))
        {
            if (Math.Abs(want.Start - have.Start) > 0.06 || Math.Abs(want.End - have.End) > 0.06)
                output.WriteLine($"{golden.File}: {want} {have}");
            if (Math.Abs(have.LogProbability - want.Logprob) > 0.3) output.WriteLine($"{golden.File}: {want} {have} logprob, margin {golden.Margin}");
        }
    }
}
