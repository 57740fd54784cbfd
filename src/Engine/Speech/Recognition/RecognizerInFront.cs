namespace SpeechQA.Engine.Speech.Recognition;

/// <summary>Stands in front of a recogniser, owns it, and passes everything on; who wants to know or change something overrides it.</summary>
public abstract class RecognizerInFront(ISpeechRecognizer inner) : ISpeechRecognizer
{
    public string Name => inner.Name;

    public double Backlog => inner.Backlog;

    public bool IsBusy => inner.IsBusy;

    public int Workers => inner.Workers;

    public bool CanScore => inner.CanScore;

    public virtual ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default) =>
        inner.RecognizeAsync(request, cancellation);

    public ValueTask<IReadOnlyList<TextSupport>> ScoreAsync(ScoreRequest request, CancellationToken cancellation = default) =>
        inner.ScoreAsync(request, cancellation);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return inner.DisposeAsync();
    }
}
