namespace SpeechQA.Engine.Inflection;

/// <summary>
/// From scores to the strict alert: mean of the last usable windows, hysteresis between two thresholds, a pause after each
/// alert. Windows that say nothing are not given; they change nothing.
/// </summary>
public sealed class AlertDecision(DecisionSettings settings)
{
    private readonly double[] _recent = new double[settings.SmoothWindows];
    private int _count, _above, _below;
    private double _quietUntil = -1;

    /// <summary>Whether the score is up.</summary>
    public bool On { get; private set; }

    /// <summary>Mean of the last usable windows, 0..1.</summary>
    public double Score { get; private set; }

    /// <summary>Takes the next usable window and answers whether an alert is due.</summary>
    /// <param name="probability">Of the deciding target, 0..1.</param>
    /// <param name="time">End of the window, seconds.</param>
    /// <param name="speechSeconds">Active speech of the leg so far, seconds.</param>
    public bool Next(double probability, double time, double speechSeconds)
    {
        _recent[_count++ % _recent.Length] = probability;
        Score = Mean(_recent.AsSpan(0, Math.Min(_count, _recent.Length)));
        _above = Score >= settings.On ? _above + 1 : 0;
        _below = Score < settings.Off ? _below + 1 : 0;
        if (On)
        {
            if (_below >= settings.OffWindows) On = false;
            return false;
        }
        if (_above < settings.OnWindows || speechSeconds < settings.MinSpeechS) return false;
        On = true;
        if (time < _quietUntil) return false;
        _quietUntil = time + settings.PauseS;
        return true;
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum / values.Length;
    }
}
