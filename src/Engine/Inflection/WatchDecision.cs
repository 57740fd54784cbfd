namespace SpeechQA.Engine.Inflection;

/// <summary>The lower step: a middling score together with a voice that was raised within the last seconds.</summary>
public sealed class WatchDecision(WatchSettings settings)
{
    private double _raisedAt = double.NegativeInfinity, _quietUntil = -1;
    private int _windows;

    /// <summary>A window that ended at <paramref name="time"/> sounded raised.</summary>
    public void Raised(double time) => _raisedAt = time;

    /// <summary>Takes the next usable window and answers whether a mark is due.</summary>
    /// <param name="score">Smoothed score, 0..1.</param>
    /// <param name="time">End of the window, seconds.</param>
    public bool Next(double score, double time)
    {
        var hot = score >= settings.On && time - _raisedAt <= settings.RaisedWithinS;
        _windows = hot ? _windows + 1 : 0;
        if (_windows < settings.OnWindows || time < _quietUntil) return false;
        _quietUntil = time + settings.PauseS;
        return true;
    }
}
