namespace SpeechQA.Engine.Core;

/// <summary>
/// Positions in a call are <see cref="long"/> counts of samples at 16 kHz since the start of the call, never wall time:
/// every decision depends on them alone.
/// </summary>
public static class AudioTime
{
    /// <summary>Samples per second of every position and of every leg after resampling.</summary>
    public const int Rate = 16_000;

    /// <summary>A position in seconds.</summary>
    public static double Seconds(long position) => position / (double)Rate;

    /// <summary>A position in seconds with three decimals, as it is written.</summary>
    public static double Rounded(long position) => Math.Round(Seconds(position), 3);

    /// <summary>The position nearest to a time in seconds.</summary>
    public static long Position(double seconds) => (long)Math.Round(seconds * Rate);
}
