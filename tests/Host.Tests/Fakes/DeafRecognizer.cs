using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Host.Tests.Fakes;

/// <summary>Never answers, and does not heed a cancellation.</summary>
internal sealed class DeafRecognizer : ISpeechRecognizer
{
    public string Name => "deaf";

    public ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default) =>
        new(new TaskCompletionSource<Recognition>().Task);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
