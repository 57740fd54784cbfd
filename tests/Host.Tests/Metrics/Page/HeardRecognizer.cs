using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Host.Tests.Metrics.Page;

/// <summary>Hears what a function says of each request: words, nothing (no speech), or an error that it throws.</summary>
/// <param name="text">Empty: there was no speech.</param>
/// <param name="wait">Done when the answer may come.</param>
internal sealed class HeardRecognizer(Func<RecognitionRequest, string> text, Func<RecognitionRequest, Task>? wait = null)
    : ISpeechRecognizer
{
    public string Name => "heard";

    public double Backlog { get; init; }

    public bool CanScore => true;

    public async ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default)
    {
        if (wait is not null) await wait(request).WaitAsync(cancellation);
        var words = text(request).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var each = request.Samples.Length / 16_000f / Math.Max(1, words.Length);
        return new Recognition
        {
            Text = string.Join(' ', words),
            Language = request.Language.Locked ?? request.Language.Allowed[0],
            Words = [.. words.Select((word, i) => new RecognizedWord(word, i * each, (i + 1) * each, -0.1f))],
            AverageLogProbability = -0.1f,
            NoSpeechProbability = words.Length == 0 ? 0.99f : 0.01f,
            IsSpeech = words.Length > 0,
            Stop = "end",
            Clock = new RecognitionClock(0, 0, request.Queued, TimeProvider.System.GetTimestamp()),
        };
    }

    /// <summary>Supports every text.</summary>
    public ValueTask<IReadOnlyList<TextSupport>> ScoreAsync(ScoreRequest request, CancellationToken cancellation = default) =>
        ValueTask.FromResult<IReadOnlyList<TextSupport>>([.. request.Texts.Select((t, i) => new TextSupport(i, t.Loose))]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
