namespace SpeechQA.Engine.Calls.Options;

/// <summary>Words and alerts of a live call while an utterance is still being spoken.</summary>
public sealed record PartialOptions
{
    /// <summary>False: no partials and no early alerts; the call has finals only, at about a quarter of the recognition.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// New speech after which a partial is due, audio time. Default 0.8 s. Under load every second or fourth is made, or none.
    /// </summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(0.8);

    /// <summary>The same when a phrase of a rule has been heard and only what follows it has not. Default 0.3 s.</summary>
    public TimeSpan EveryAwaited { get; init; } = TimeSpan.FromSeconds(0.3);

    /// <summary>
    /// The same for a party whose words no rule in force can act on before its utterance is over (agents, by the default rules): they
    /// are only shown, and only while a worker is idle. Default 1.6 s.
    /// </summary>
    public TimeSpan EveryShown { get; init; } = TimeSpan.FromSeconds(1.6);

    /// <summary>
    /// The last partial's text is verified in one pass instead of decoding from scratch. Default on; off to measure what it saves.
    /// </summary>
    public bool Verify { get; init; } = true;

    /// <summary>
    /// The leg waits for every partial, as if recognition took no time: what is shown and raised then depends on the audio
    /// alone. For measuring; a call that is received loses audio by it.
    /// </summary>
    public bool InAudioTime { get; init; }
}
