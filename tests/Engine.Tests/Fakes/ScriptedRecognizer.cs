using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Tests.Fakes;

/// <summary>
/// Hears the same words in every utterance, one every 0.3 s, as far as the audio goes: a longer window hears more of them.
/// </summary>
/// <param name="words">The words; another length may be heard otherwise.</param>
/// <param name="delay">Done when the request's result may come.</param>
internal sealed class ScriptedRecognizer(Func<RecognitionRequest, string[]> words, Func<RecognitionRequest, Task>? delay = null)
    : ISpeechRecognizer
{
    public const double Word = 0.3;

    public string Name => "scripted";

    public double Backlog { get; set; }

    public bool IsBusy { get; set; }

    public List<(RecognitionRequest Request, CancellationToken Cancellation)> Requests { get; } = [];

    public IEnumerable<RecognitionRequest> Of(RecognitionKind kind) => Requests.Where(r => r.Request.Kind == kind).Select(r => r.Request);

    public async ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default)
    {
        lock (Requests) Requests.Add((request, cancellation));
        if (delay is not null) await delay(request).WaitAsync(cancellation);
        var seconds = request.Samples.Length / 16_000.0;
        var heard = words(request).Take(Math.Max(1, (int)(seconds / Word))).ToArray();
        return new Recognition
        {
            Text = string.Join(' ', heard),
            Language = request.Language.Decide([Math.Log(0.9), Math.Log(0.1)], request.Kind == RecognitionKind.Partial ? 0 : seconds),
            Words = [.. heard.Select((w, i) => new RecognizedWord(w, (float)(i * Word), (float)Math.Min(seconds, (i + 1) * Word), -0.1f))],
            AverageLogProbability = -0.2f,
            NoSpeechProbability = 0.01f,
            IsSpeech = true,
            Stop = "end",
            DraftTokens = [.. heard.Select((_, i) => i)],
            DraftAccepted = request.Draft?.Tokens.Count ?? 0,
            Clock = new RecognitionClock(0, 0, request.Queued, 1),
        };
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
