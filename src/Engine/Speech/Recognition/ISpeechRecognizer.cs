namespace SpeechQA.Engine.Speech.Recognition;

/// <summary>
/// Turns the audio of one utterance into text with word times. Implementations are shared by all calls and safe for
/// concurrent use; they decode utterances of different calls together where that is cheaper, and the result of an
/// utterance never depends on what else is decoded beside it.
/// </summary>
public interface ISpeechRecognizer : IAsyncDisposable
{
    /// <summary>A name for reports, e.g. <c>whisper-base (ONNX Runtime 1.31.1)</c>.</summary>
    string Name { get; }

    /// <summary>Requests of live calls that wait, for each worker: above 1 a partial would come late and should not be asked for.</summary>
    double Backlog => 0;

    /// <summary>No worker is idle: what can wait should not be asked for.</summary>
    bool IsBusy => false;

    /// <summary>Workers that recognise.</summary>
    int Workers => 1;

    /// <summary>Recognises one utterance. Cancelling takes it out of the queue or, once it is running, drops its result.</summary>
    ValueTask<Recognition> RecognizeAsync(RecognitionRequest request, CancellationToken cancellation = default);

    /// <summary>Whether <see cref="ScoreAsync"/> works.</summary>
    bool CanScore => false;

    /// <summary>
    /// The log-probability (natural logarithm) of each text with its end, given the audio. Differences are what counts: within one
    /// or two units the audio supports both texts about as well.
    /// </summary>
    /// <exception cref="NotSupportedException">The recogniser cannot score.</exception>
    ValueTask<IReadOnlyList<TextSupport>> ScoreAsync(ScoreRequest request, CancellationToken cancellation = default) =>
        throw new NotSupportedException($"{Name} cannot score texts.");
}

/// <summary>
/// How urgent a piece of work is. What may be final of live calls comes first, the oldest speech before younger, so that neither likely
/// finals nor finals can starve the other. Then partials, then files.
/// </summary>
public enum RecognitionKind
{
    /// <summary>The likely final of a live call: decoded at 200 ms of silence.</summary>
    Speculative,

    /// <summary>A final of a live call.</summary>
    Final,

    /// <summary>Text for display while speech goes on.</summary>
    Partial,

    /// <summary>A recording analysed offline: takes what live calls leave.</summary>
    File,
}

/// <param name="Samples">The utterance: mono, -1..1, 16 kHz; at most 28 s (longer ones are cut by the caller).</param>
/// <param name="Language">Decides the language: fixed, or by votes of the leg's utterances.</param>
/// <param name="Kind">Urgency.</param>
public sealed record RecognitionRequest(ReadOnlyMemory<float> Samples, LegLanguage Language, RecognitionKind Kind)
{
    /// <summary>Wall clock stamp at which the request was put into the queue.</summary>
    public long Queued { get; init; }

    /// <summary>
    /// Wall clock stamp from which its deadline counts, such as the arrival of the end of the speech; 0: <see cref="Queued"/>.
    /// </summary>
    public long Since { get; init; }

    /// <summary>
    /// How long nobody looks at the result: it may wait that long for others, to be decoded together with them. Of no effect for partials
    /// and recordings.
    /// </summary>
    public TimeSpan Patience { get; init; }

    /// <summary>Called once, on a worker's thread, when a worker begins with it: until then taking it back costs nothing.</summary>
    public Action? Begun { get; init; }

    /// <summary>
    /// Text that is likely: it is verified in one pass and kept as far as the decoder agrees. The result is the one without it.
    /// </summary>
    /// <remarks>But for partials, where a time stamp of the draft is kept when the choice is one nearby.</remarks>
    public RecognitionDraft? Draft { get; init; }

    /// <summary>Words to prefer; null: none. A recogniser that knows no bias leaves it aside.</summary>
    public RecognitionBias? Bias { get; init; }
}

/// <summary>What was recognised of the same utterance when it was shorter.</summary>
/// <param name="Language">Its language; a draft in another language is not used.</param>
/// <param name="Tokens">Its <see cref="Recognition.DraftTokens"/>.</param>
public sealed record RecognitionDraft(string Language, IReadOnlyList<int> Tokens);

/// <summary>The outcome of one utterance.</summary>
public sealed record Recognition
{
    /// <summary>As the recogniser writes it, punctuation included.</summary>
    public required string Text { get; init; }

    /// <summary>Code of the language it was decoded in, such as <c>en</c>.</summary>
    public required string Language { get; init; }

    /// <summary>Words in order, times in seconds from the start of the request's samples.</summary>
    public required IReadOnlyList<RecognizedWord> Words { get; init; }

    /// <summary>Mean log-probability of the text tokens (natural logarithm).</summary>
    public required float AverageLogProbability { get; init; }

    /// <summary>Probability of "no speech" at the first token, 0..1.</summary>
    public required float NoSpeechProbability { get; init; }

    /// <summary>False for what a recogniser invents on silence, noise, tones and music: such text is dropped.</summary>
    public required bool IsSpeech { get; init; }

    /// <summary>How decoding ended: <c>end</c>, <c>stamp</c>, <c>limit</c>, <c>repeat</c>.</summary>
    public required string Stop { get; init; }

    /// <summary>Text tokens (original Whisper ids), for golden tests and verification.</summary>
    public IReadOnlyList<int> Tokens { get; init; } = [];

    /// <summary>The text tokens and the time stamps between them: the draft of the next, longer window of the same utterance.</summary>
    public IReadOnlyList<int> DraftTokens { get; init; } = [];

    /// <summary>Tokens of the request's draft that were kept.</summary>
    public int DraftAccepted { get; init; }

    /// <summary>When its stages were passed (wall time; never used for a decision).</summary>
    public required RecognitionClock Clock { get; init; }

    /// <summary>What the bias changed and the audio confirmed; null: nothing. Log-probabilities are always those without bias.</summary>
    public BiasedWords? Biased { get; init; }
}

/// <summary>Words that the recogniser would have written otherwise without bias.</summary>
/// <param name="Words">Their indices, ascending.</param>
/// <param name="Difference">Log-probability of the text under the model alone, less that of the text without bias.</param>
public sealed record BiasedWords(IReadOnlyList<int> Words, double Difference);

/// <summary>A word with its times in seconds from the start of the utterance's samples.</summary>
public readonly record struct RecognizedWord(string Text, float Start, float End, float LogProbability);

/// <summary>Wall clock stamps (<see cref="TimeProvider.GetTimestamp"/>) of an utterance's way; 0 = not passed.</summary>
/// <param name="Captured">Arrival of the last packet of the utterance's speech.</param>
/// <param name="Voiced">Voice activity found the end of the speech.</param>
/// <param name="Queued">Put into the recogniser's queue.</param>
/// <param name="Inferred">Text was ready.</param>
public readonly record struct RecognitionClock(long Captured, long Voiced, long Queued, long Inferred);
