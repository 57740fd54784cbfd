using SpeechQA.Engine.Inflection.Prosody;

namespace SpeechQA.Engine.Inflection;

/// <summary>Why a window says nothing.</summary>
public enum Abstention
{
    /// <summary>It does say something.</summary>
    None,

    /// <summary>Less active speech than the gate wants.</summary>
    LittleSpeech,

    /// <summary>The speech is too near to the noise.</summary>
    Noisy,

    /// <summary>Too many samples at full scale.</summary>
    Clipped,

    /// <summary>Too many packets were lost.</summary>
    Lost,

    /// <summary>The voice detector heard less voice than the gate wants: music, tones, noise.</summary>
    NoVoice,

    /// <summary>No model: prosody alone.</summary>
    NoModel,

    /// <summary>It was not heard because the machine is behind; live calls only.</summary>
    Busy,
}

/// <summary>What was heard in the 3 s of a leg that end at <see cref="Position"/>.</summary>
public readonly record struct InflectionResult
{
    /// <summary>End of the window, samples at 16 kHz since the start of the call.</summary>
    public long Position { get; init; }

    /// <summary>Why the model was not asked. Then logits, probabilities and score are NaN, and the states stay.</summary>
    public Abstention Abstention { get; init; }

    /// <summary>How much of the window was speech, and how loud.</summary>
    public WindowActivity Activity { get; init; }

    /// <summary>Share of the window that was lost on the way, 0..1.</summary>
    public double LostShare { get; init; }

    /// <summary>As the model gave them.</summary>
    public InflectionScores Logits { get; init; }

    /// <summary>Logits against the baseline.</summary>
    public InflectionScores Relative { get; init; }

    /// <summary>Calibrated, 0..1.</summary>
    public InflectionScores Probabilities { get; init; }

    /// <summary>Smoothed probability of the deciding target, 0..1.</summary>
    public double Score { get; init; }

    /// <summary>The strict state.</summary>
    public bool On { get; init; }

    /// <summary>A strict alert is due now.</summary>
    public bool Alert { get; init; }

    /// <summary>A watch mark is due now.</summary>
    public bool Watch { get; init; }

    /// <summary>Pitch, level and voice quality of the window.</summary>
    public ProsodyResult Prosody { get; init; }
}
