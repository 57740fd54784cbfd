using SpeechQA.Engine.Audio;

namespace SpeechQA.Engine.Speech.Activity;

/// <summary>
/// Tells frame by frame whether a leg's audio holds voice: Silero's probability with hysteresis, backed by level, because
/// Silero can go deaf on a low voice behind a brick-wall 300-3400 Hz filter. What the level lets in wrongly (music, tones)
/// the recogniser's gate turns away.
/// </summary>
public sealed class VoiceActivity(SileroModel model) : IDisposable
{
    /// <summary>Probability at which voice begins, and below which it has ended.</summary>
    public const float On = 0.5f, Off = 0.35f;

    /// <summary>Level above the noise floor that counts as voice although Silero is not sure.</summary>
    public const float AboveFloor = 15;

    /// <summary>Lowest level of a voice heard by level alone, dBov.</summary>
    public const float LowestLevel = -50;

    private readonly SileroModel.LegState _state = model.NewState();
    private readonly NoiseFloor _floor = new();
    private bool _on;

    /// <summary>Level of the last frame, dBov.</summary>
    public float FrameLevel { get; private set; } = Level.Floor;

    /// <summary>Silero's probability of the last frame.</summary>
    public float Probability { get; private set; }

    /// <summary>The leg's noise floor, dBov.</summary>
    public float Noise => _floor.Level;

    /// <summary>Whether the next 32 ms hold voice.</summary>
    /// <param name="frame">512 samples, -1..1.</param>
    public bool Next(ReadOnlySpan<float> frame)
    {
        FrameLevel = Level.Dbov(frame);
        // Digital silence (discontinuous transmission) says nothing about the line's noise.
        if (FrameLevel > Level.Floor) _floor.Add(FrameLevel);
        Probability = _state.Next(frame);
        _on = Probability >= (_on ? Off : On) || ByLevel();
        return _on;
    }

    // Two seconds of line are needed before its floor means anything.
    private bool ByLevel() => _floor.Count >= 60 && FrameLevel >= LowestLevel && FrameLevel >= _floor.Level + AboveFloor;

    public void Dispose() => _state.Dispose();
}
