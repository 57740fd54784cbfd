namespace SpeechQA.Engine.Speech.Recognition;

/// <summary>
/// Stands in front of a recogniser, owns it, and passes everything on; who wants to know or change something overrides it.
/// </summary>
public abstract class RecognizerInFront(ISpeechRecognizer inner) : ISpeechRecognizer
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public double Backlog => inner.Backlog;

    /// <inheritdoc/>
    public bool IsBusy => inner.IsBusy;

    /// <inheritdoc/>
    public int Workers => inner.Workers;

    /// <inheritdoc/>
    public bool CanScore => inner.CanScore;

    /// <inheritdoc/>
    public virtual ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default) =>
        inner.RecognizeAsync(request, cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TextSupport>> ScoreAsync(ScoreRequest request, CancellationToken cancellation = default) =>
        inner.ScoreAsync(request, cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return inner.DisposeAsync();
    }
}
