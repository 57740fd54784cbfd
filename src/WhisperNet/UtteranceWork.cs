using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper.Work;

namespace SpeechQA.WhisperNet;

/// <summary>An utterance that waits for a worker or is with one.</summary>
/// <param name="cancellation">Of who asked: what runs is broken off.</param>
internal sealed class UtteranceWork(RecognitionRequest request, CancellationToken cancellation) : QueuedWork<Recognition>
{
    public RecognitionRequest Request => request;

    public CancellationToken Cancellation => cancellation;

    public override RecognitionKind Kind => request.Kind;

    public override long Since => request.Since != 0 ? request.Since : request.Queued;

    public override void Begin() => request.Begun?.Invoke();
}
