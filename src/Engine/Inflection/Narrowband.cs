using SpeechQA.Engine.Inflection.Signal;

namespace SpeechQA.Engine.Inflection;

/// <summary>
/// A leg's audio at 16 kHz to 8 kHz. Of a leg that came with 8 kHz every second sample is the original; others are
/// filtered. Outputs are aligned with the input: output k lies on input 2 k.
/// </summary>
public sealed class Narrowband
{
    private const int Taps = 2 * HalfBand.Reach + 1;

    private readonly HalfBand? _filter;
    private readonly float[] _history = new float[Taps + 4096];
    private int _filled = HalfBand.Reach;       // silence came before
    private long _received;

    /// <param name="sampleRate">Samples per second that the leg came with.</param>
    public Narrowband(int sampleRate) => _filter = sampleRate == InflectionAudio.Rate ? null : new HalfBand();

    /// <summary>How many samples must have been taken for so many outputs.</summary>
    public long InputsFor(long outputs) => 2 * outputs - 1 + (_filter is null ? 0 : HalfBand.Reach);

    /// <summary>Takes samples until there is no more room for what comes out.</summary>
    /// <param name="taken">How many.</param>
    /// <returns>How many came out.</returns>
    public int Take(ReadOnlySpan<float> samples, Span<float> output, out int taken)
    {
        var count = 0;
        for (taken = 0; taken < samples.Length && count < output.Length; taken++)
        {
            var even = (_received++ & 1) == 0;
            if (_filter is null)
            {
                if (even) output[count++] = samples[taken];
                continue;
            }
            if (_filled == _history.Length)
            {
                _history.AsSpan(_filled - Taps + 1).CopyTo(_history);
                _filled = Taps - 1;
            }
            _history[_filled++] = samples[taken];
            if (even && _received > HalfBand.Reach) output[count++] = _filter.Half(_history, _filled - 1 - HalfBand.Reach);
        }
        return count;
    }
}
