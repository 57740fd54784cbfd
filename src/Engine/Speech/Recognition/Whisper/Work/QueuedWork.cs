using System.Diagnostics;

namespace SpeechQA.Engine.Speech.Recognition.Whisper.Work;

/// <summary>A request and the promise of its result.</summary>
internal abstract class QueuedWork
{
    private readonly long _made = Stopwatch.GetTimestamp();

    protected QueuedWork() => Place = new LinkedListNode<QueuedWork>(this);

    /// <summary>The work's place in its queue.</summary>
    public LinkedListNode<QueuedWork> Place { get; }

    public abstract RecognitionKind Kind { get; }

    /// <summary>Wall stamp from which the work's deadline counts.</summary>
    public abstract long Since { get; }

    /// <summary>How long it may wait for others that it can be decoded together with.</summary>
    public virtual TimeSpan Patience => TimeSpan.Zero;

    /// <inheritdoc cref="Patience"/>
    public bool IsPatient => Patience > TimeSpan.Zero;

    /// <summary>Time since it was made. By the machine's own clock: a worker waits by that.</summary>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(_made);

    /// <summary>A worker begins with it.</summary>
    public virtual void Begin()
    {
    }

    /// <summary>Nobody waits for the result any longer.</summary>
    public abstract bool IsDropped { get; }

    public abstract void Fail(Exception exception);

    public abstract void Cancel(CancellationToken cancellation);
}

/// <inheritdoc/>
internal abstract class QueuedWork<TResult> : QueuedWork
{
    private readonly TaskCompletionSource<TResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Result => _result.Task;

    public override bool IsDropped => _result.Task.IsCompleted;

    public void Complete(TResult result) => _result.TrySetResult(result);

    public override void Fail(Exception exception) => _result.TrySetException(exception);

    public override void Cancel(CancellationToken cancellation) => _result.TrySetCanceled(cancellation);
}

/// <summary>An utterance to be recognised.</summary>
internal sealed class RecognitionWork(RecognitionRequest request) : QueuedWork<Recognition>
{
    public RecognitionRequest Request => request;

    public override RecognitionKind Kind => request.Kind;

    public override long Since => request.Since != 0 ? request.Since : request.Queued;

    public override TimeSpan Patience => Kind is RecognitionKind.Speculative or RecognitionKind.Final ? request.Patience : TimeSpan.Zero;

    public override void Begin() => request.Begun?.Invoke();

    /// <summary>The bias changed a choice: the text must be confirmed.</summary>
    public bool IsBiased { get; set; }
}

/// <summary>Texts of an utterance to be compared.</summary>
internal sealed class ScoringWork(ScoreRequest request) : QueuedWork<IReadOnlyList<TextSupport>>
{
    public ScoreRequest Request => request;

    public override RecognitionKind Kind => request.Kind;

    public override long Since => request.Since;
}
