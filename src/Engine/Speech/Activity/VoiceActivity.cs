using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Speech.Activity;

/// <summary>
/// Tells frame by frame whether a leg's audio holds voice: Silero's probability with hysteresis, backed by level, because
/// Silero goes half deaf on low voices behind a brick-wall 300-3400 Hz filter. A loud frame counts as voice when Silero has
/// suspected some within the last 3 s; on music and tones it does not even do that. What is let in wrongly the recogniser's
/// gate turns away.
/// </summary>
public sealed class VoiceActivity(SileroModel model)
{
    /// <summary>Probability at which voice begins, and below which it has ended.</summary>
    public const float On = 0.4f, Off = 0.2f;

    /// <summary>Probability that makes loud frames count as voice for the next 3 s.</summary>
    public const float Suspicion = 0.1f;

    /// <summary>Level above the noise floor that counts as loud, dB, and the lowest level that does, dBov.</summary>
    public const float AboveFloor = 15, LowestLevel = -50;

    /// <summary>
    /// A line that is this quiet, dB above its noise floor or dBov, and has been for <see cref="QuietFrames"/> without a suspicion
    /// of voice, holds none: Silero is not asked until it is louder. Half of every leg is such silence.
    /// </summary>
    private const float QuietAboveFloor = 6, LowestHeard = -75;

    private const int QuietFrames = 12;

    private const int SuspicionFrames = 94, FloorFrames = 60;

    private readonly SileroModel.LegState _state = model.NewState();
    private readonly NoiseFloor _floor = new();
    private int _suspicion;
    private int _quiet;
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
        var quiet = FrameLevel <= LowestHeard || (_floor.Count >= FloorFrames && FrameLevel < _floor.Level + QuietAboveFloor);
        _quiet = quiet && Probability < Suspicion ? _quiet + 1 : 0;
        if (_quiet > QuietFrames)
        {
            _state.Skip(frame);
            Probability = 0;
        }
        else
        {
            Probability = _state.Next(frame);
        }
        _suspicion = Probability >= Suspicion ? SuspicionFrames : Math.Max(0, _suspicion - 1);
        _on = Probability >= (_on ? Off : On) || (_suspicion > 0 && IsLoud);
        return _on;
    }

    // Two seconds of line are needed before its floor means anything.
    private bool IsLoud => _floor.Count >= FloorFrames && FrameLevel >= LowestLevel && FrameLevel >= _floor.Level + AboveFloor;
}
