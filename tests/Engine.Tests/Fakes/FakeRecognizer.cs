using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Tests.Fakes;

/// <summary>"Recognises" an utterance by its length: three words spread over it. Can be slow, in no order.</summary>
internal sealed class FakeRecognizer(Func<int, Task>? delay = null) : ISpeechRecognizer
{
    private int _count;

    public string Name => "fake";

    public List<RecognitionRequest> Requests { get; } = [];

    public async ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default)
    {
        int number;
        lock (Requests)
        {
            Requests.Add(request);
            number = _count++;
        }
        if (delay is not null) await delay(number).WaitAsync(cancellation);
        var language = request.Language.Decide([Math.Log(0.9), Math.Log(0.1)], request.Samples.Length / 16_000.0);
        // In letters: figures would be taken for a secret until it is known better.
        var length = new string([.. $"{request.Samples.Length}".Select(digit => (char)(digit - '0' + 'a'))]);
        var seconds = request.Samples.Length / 16_000f;
        return new Recognition
        {
            Text = $" about {length} samples",
            Language = language,
            Words = [new("about", 0, seconds / 3, -0.1f), new(length, seconds / 3, seconds / 2, -0.2f),
                new("samples", seconds / 2, seconds, -0.3f)],
            AverageLogProbability = -0.2f,
            NoSpeechProbability = 0.01f,
            IsSpeech = true,
            Stop = "end",
            Clock = new RecognitionClock(0, 0, request.Queued, 1),
        };
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
