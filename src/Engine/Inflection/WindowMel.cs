using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Inflection;

/// <summary>
/// Raw log-mel of a leg's window. The next window has most frames in common with it, and none but those at its ends (the filter that
/// doubles the rate and the transform see silence and a mirror there) hang on where it lies: the others are kept. Same bits as a window
/// alone.
/// </summary>
internal sealed class WindowMel
{
    public const int Frames = 2 * InflectionAudio.WindowSamples / LogMel.Hop;

    private const int Wideband = 2 * InflectionAudio.WindowSamples;
    private const int HopFrames = 2 * InflectionAudio.HopSamples / LogMel.Hop;
    private const int NarrowHop = LogMel.Hop / 2;

    /// <summary>Frames that reach over the window's beginning; over its end it is one.</summary>
    private const int First = 2;

    private float[] _raw = [];
    private int _fresh = Frames;    // frames that have come since

    /// <summary>The window has moved on by a hop.</summary>
    public void Move() => _fresh = Math.Min(_fresh + HopFrames, Frames);

    /// <summary>[frames][bands] of the window; valid until the next.</summary>
    /// <param name="window">24000 samples at 8 kHz.</param>
    /// <param name="halfBand">Doubles the rate.</param>
    /// <param name="logMel">Transforms; both are free to be used by others afterwards, as is <paramref name="wide"/>.</param>
    /// <param name="wide">48000 places.</param>
    public ReadOnlySpan<float> Next(ReadOnlySpan<float> window, HalfBand halfBand, LogMel logMel, Span<float> wide)
    {
        var bands = logMel.Bands;
        // Made with the first window that is heard: many legs never speak.
        if (_raw.Length == 0) _raw = new float[Frames * bands];
        if (_fresh == Frames)
        {
            halfBand.Double(window, wide);
            logMel.Raw(wide, Wideband, 0, _raw);
        }
        else
        {
            _raw.AsSpan(_fresh * bands).CopyTo(_raw);
            Begin(window, halfBand, logMel, wide, _raw.AsSpan(0, First * bands));
            var from = Frames - 1 - _fresh;
            End(window, from, halfBand, logMel, wide, _raw.AsSpan(from * bands));
        }
        _fresh = 0;
        return _raw;
    }

    private static void Begin(ReadOnlySpan<float> window, HalfBand halfBand, LogMel logMel, Span<float> wide, Span<float> raw)
    {
        // As far as the last of them reaches, and what the filter needs beyond.
        window = window[..((First - 1) * NarrowHop + LogMel.FrameLength / 4 + HalfBand.Reach)];
        halfBand.Double(window, wide);
        logMel.Raw(wide[..(2 * window.Length)], Wideband, 0, raw);
    }

    /// <param name="from">The first frame of <paramref name="raw"/>.</param>
    private static void End(ReadOnlySpan<float> window, int from, HalfBand halfBand, LogMel logMel, Span<float> wide, Span<float> raw)
    {
        // An audio of its own, of which it is the first frame that does not reach over the beginning.
        var start = (from - First) * NarrowHop;
        window = window[(start - HalfBand.Reach)..];
        halfBand.Double(window, wide);
        logMel.Raw(wide[(2 * HalfBand.Reach)..(2 * window.Length)], Wideband - 2 * start, First, raw);
    }
}
