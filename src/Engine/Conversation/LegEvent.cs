using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Inflection.Prosody;

namespace SpeechQA.Engine.Conversation;

/// <summary>
/// What rules see of a leg: events, never audio. Every event carries its decision time, the audio position of its leg at
/// which it could be decided; a leg's events come in the order of their decision times.
/// </summary>
/// <param name="Leg">Index of the leg in its call.</param>
/// <param name="Party">Who speaks on it.</param>
/// <param name="Decided">Position, samples at 16 kHz since the start of the call.</param>
public abstract record LegEvent(int Leg, Party Party, long Decided)
{
    /// <summary>Wall stamp of the arrival of the packet that holds <see cref="Decided"/>; 0 for recordings. Never used to decide.</summary>
    public long Captured { get; init; }
}

/// <summary>An utterance was transcribed for good.</summary>
/// <param name="Utterance">As it was heard, secrets included: what leaves the engine is masked later.</param>
public sealed record UtteranceSpoken(Utterance Utterance)
    : LegEvent(Utterance.Leg, Utterance.Party, Utterance.Decided)
{
    /// <summary>What the text model makes of it; null without that model.</summary>
    public UtteranceMeaning? Meaning { get; init; }
}

/// <summary>A secret became known. It comes in the merged order only, for what is one depends on both legs.</summary>
/// <param name="Decided">Of the utterance that showed it; it may be one of the other leg.</param>
public sealed record SecretSpoken(SecretFinding Finding, long Decided) : LegEvent(Finding.Leg, Finding.Party, Decided);

/// <summary>Voice activity began at <paramref name="Start"/>; it is not known yet whether it is speech.</summary>
public sealed record VoiceStarted(int Leg, Party Party, long Decided, long Start) : LegEvent(Leg, Party, Decided);

/// <summary>
/// Voice activity paused: it was active from <paramref name="Start"/> to <paramref name="End"/>. Pauses under 0.2 s are inside.
/// </summary>
public sealed record VoicePaused(int Leg, Party Party, long Decided, long Start, long End) : LegEvent(Leg, Party, Decided);

/// <summary>The voice activity from <paramref name="Start"/> to <paramref name="End"/> was no speech (music, tones, noise).</summary>
public sealed record NotSpeech(int Leg, Party Party, long Decided, long Start, long End) : LegEvent(Leg, Party, Decided)
{
    /// <summary>It was a voice all the same, whose words are not known: given up under load, or of a language that nobody knows.</summary>
    public bool IsVoice { get; init; }
}

/// <summary>How the party spoke in the window from <see cref="Start"/> to <see cref="End"/>, against its own calm speech.</summary>
public sealed record InflectionMeasured(int Leg, Party Party, long Decided) : LegEvent(Leg, Party, Decided)
{
    /// <summary>Start of the window.</summary>
    public required long Start { get; init; }

    /// <summary>End of the window: <see cref="LegEvent.Decided"/>, less the delay of the filter before it.</summary>
    public required long End { get; init; }

    /// <summary>Why the model says nothing of the window.</summary>
    public Abstention Abstention { get; init; }

    /// <summary>Smoothed score of the deciding target, 0..1; NaN when the model says nothing.</summary>
    public double Score { get; init; } = double.NaN;

    /// <summary>The strict state is up.</summary>
    public bool On { get; init; }

    /// <summary>A strict alert is due.</summary>
    public bool Alert { get; init; }

    /// <summary>A watch mark is due.</summary>
    public bool Watch { get; init; }

    /// <summary>Score that the mark asked for, 0..1; NaN without a mark.</summary>
    public double Limit { get; init; } = double.NaN;

    /// <summary>The window alone sounds raised.</summary>
    public bool RaisedWindow { get; init; }

    /// <summary>So did the usable window before it.</summary>
    public bool RaisedVoice { get; init; }

    /// <summary>The voice against the caller's own calm speech.</summary>
    public ProsodyChange Change { get; init; } = ProsodyChange.Unknown;

    /// <summary>What the line left of the window.</summary>
    public LineOfSpeech Line { get; init; } = LineOfSpeech.Clean;

    /// <summary>Wall stamp at which it was known; 0 for recordings. Never used to decide.</summary>
    public long Inferred { get; init; }
}

/// <summary>The leg's audio has passed <see cref="LegEvent.Decided"/> and nothing else was decided before it.</summary>
public sealed record TimePassed(int Leg, Party Party, long Decided) : LegEvent(Leg, Party, Decided)
{
    /// <summary>Mean level since the last such event, dBov; -100 when it was not measured.</summary>
    public float Level { get; init; } = Core.Level.Floor;

    /// <summary>The leg's noise floor, dBov; see <see cref="Speech.Activity.NoiseFloor"/>.</summary>
    public float Noise { get; init; } = Core.Level.Floor;
}

/// <summary>The leg's audio has ended.</summary>
public sealed record LegEnded(int Leg, Party Party, long Decided) : LegEvent(Leg, Party, Decided);
