using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Host.Tests.Fakes;

/// <summary>Never answers.</summary>
internal sealed class StuckRecognizer : ISpeechRecognizer
{
    public string Name => "stuck";

    public async ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        throw new InvalidOperationException();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
