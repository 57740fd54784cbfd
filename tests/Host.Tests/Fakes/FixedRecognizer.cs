using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Host.Tests.Fakes;

/// <summary>Hears the same words in every utterance, at once.</summary>
internal sealed class FixedRecognizer(string text = "I want to cancel my contract") : ISpeechRecognizer
{
    public string Name => "fixed";

    public ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default)
    {
        var words = text.Split(' ');
        var each = request.Samples.Length / 16_000f / words.Length;
        return ValueTask.FromResult(new Recognition
        {
            Text = text,
            Language = request.Language.Locked ?? request.Language.Allowed[0],
            Words = [.. words.Select((word, i) => new RecognizedWord(word, i * each, (i + 1) * each, -0.1f))],
            AverageLogProbability = -0.1f,
            NoSpeechProbability = 0.01f,
            IsSpeech = true,
            Stop = "end",
            Clock = new RecognitionClock(0, 0, request.Queued, TimeProvider.System.GetTimestamp()),
        });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
