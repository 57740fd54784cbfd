using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Host.Tests.Fakes;

/// <summary>Fails until it is mended.</summary>
internal sealed class FailingRecognizer : ISpeechRecognizer
{
    private readonly FixedRecognizer _mended = new();

    public bool IsMended { get; set; }

    public string Name => "failing";

    public ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default) =>
        IsMended ? _mended.RecognizeAsync(request, cancellation) : throw new InvalidOperationException("the model is broken");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
