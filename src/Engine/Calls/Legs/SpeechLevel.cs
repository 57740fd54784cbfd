namespace SpeechQA.Engine.Calls.Legs;

/// <summary>How loud a leg's speech is: the mean power of about its last 3 s of voice. One writer; may be read by others.</summary>
internal sealed class SpeechLevel
{
    /// <summary>Frames of voice (32 ms) before a level is told, and over which it is a mean.</summary>
    private const int Least = 31, Most = 94;

    private double _power;
    private int _frames;
    private double _level = double.NaN;

    /// <summary>dBov; null before the first second of voice.</summary>
    public double? Level => Volatile.Read(ref _level) is var level && double.IsNaN(level) ? null : Math.Round(level, 1);

    /// <param name="level">Of a voiced frame, dBov.</param>
    public void Add(float level)
    {
        _frames = Math.Min(_frames + 1, Most);
        _power += (Math.Pow(10, level / 10) - _power) / _frames;
        if (_frames >= Least) Volatile.Write(ref _level, 10 * Math.Log10(_power));
    }
}
