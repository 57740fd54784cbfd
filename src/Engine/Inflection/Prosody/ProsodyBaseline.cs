namespace SpeechQA.Engine.Inflection.Prosody;

/// <summary>How a caller speaks when calm: medians over the last 120 calm windows of the leg (60 s of results).</summary>
/// <param name="countsFirstWindow">Whether all speech of the first window counts; of the others only that of the newest 0.5 s does.</param>
public sealed class ProsodyBaseline(bool countsFirstWindow = true)
{
    private const int Windows = 120;

    private readonly RunningMedian _pitch = new(Windows), _range = new(Windows), _level = new(Windows), _tilt = new(Windows),
        _rate = new(Windows);

    /// <summary>Calm active speech behind it, seconds.</summary>
    public double SpeechSeconds { get; private set; }

    /// <summary>What the window differs by; NaN where either side is unknown.</summary>
    public ProsodyChange ChangeOf(in ProsodyFacts facts) => new(
        facts.Pitch - _pitch.Value, facts.PitchRange - _range.Value, facts.LevelDbov - _level.Value,
        facts.TiltDb - _tilt.Value, facts.SyllableRate - _rate.Value);

    /// <summary>Takes a calm window in.</summary>
    public void Add(in ProsodyFacts facts)
    {
        SpeechSeconds += countsFirstWindow && _pitch.Count == 0 ? facts.ActiveSeconds : facts.NewActiveSeconds;
        Add(_pitch, facts.Pitch);
        Add(_range, facts.PitchRange);
        Add(_level, facts.LevelDbov);
        Add(_tilt, facts.TiltDb);
        Add(_rate, facts.SyllableRate);
    }

    private static void Add(RunningMedian median, double value)
    {
        if (double.IsFinite(value)) median.Add(value);
    }
}
