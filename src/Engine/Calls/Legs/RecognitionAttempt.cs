using SpeechQA.Engine.Calls.Load;
using SpeechQA.Engine.Calls.Phonetic;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Utterances;

namespace SpeechQA.Engine.Calls.Legs;

/// <summary>One utterance at the recogniser, with the votes it would bring.</summary>
/// <param name="Span">Where it lies in the call.</param>
/// <param name="Samples">Its audio.</param>
/// <param name="Contrast">Of its audio, dB.</param>
/// <param name="Outcome">Its result is null when it was cancelled or failed.</param>
/// <param name="Final">How it waits for a worker.</param>
internal sealed record RecognitionAttempt(UtteranceSpan Span, float[] Samples, float Contrast,
    Task<(Recognition? Result, LegLanguage Votes)> Outcome, WaitingFinal Final)
{
    /// <summary>Takes it back.</summary>
    public CancellationTokenSource Cancel => Final.Cancel;

    /// <summary>What the recogniser was asked of it: the final rests on nothing else.</summary>
    public PhoneticAnswers Answers { get; } = new();
}
