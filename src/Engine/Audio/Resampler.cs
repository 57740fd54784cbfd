using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Audio;

/// <summary>
/// One channel of 16-bit PCM at 8000..48000 Hz to floats -1..1 at 16 kHz: a streaming polyphase windowed sinc
/// (Kaiser, beta 8, about 80 dB), reaching 4 ms to each side. Its delay is taken out: output k is the signal at k / 16000 s.
/// <list type="number">
/// <item>Up to 16 kHz the sinc cuts at the input's own half rate. At 8 kHz the even outputs are the input itself and the
/// odd ones 64 taps at half samples, as the recogniser's reference does it.</item>
/// <item>Above, it is stretched to stop from 8 kHz on, so that nothing folds back.</item>
/// <item>Rates whose ratio to 16 kHz needs more than <see cref="MostPhases"/> phases take the two neighbouring phases
/// and interpolate between them (error below the stop band).</item>
/// </list>
/// The same samples give the same bits whatever the sizes of the blocks, and on every machine. No allocation after
/// construction. Not thread-safe.
/// </summary>
public sealed class Resampler
{
    private const int MostPhases = 640;
    private const int Block = 1024;
    private const int Lanes = 4;
    private const int Telephone = 8_000;

    /// <summary>Outputs between samples that are summed at the same time.</summary>
    private const int Together = 8;

    /// <summary>Half of the Kaiser window's transition (beta 8, 4 ms to each side): the stretched sinc cuts this far below 8 kHz.</summary>
    private const double HalfTransitionHz = 323;

    private readonly int _half;             // samples to each side of an output
    private readonly int _taps;             // row length, a multiple of Lanes
    private readonly int _phases;
    private readonly double[] _rows;        // [phases + 1, taps]; the last row is phase 0 one sample later
    private readonly double[] _history;     // input, the oldest first
    private readonly bool _passesWhole;     // outputs that fall on an input sample are that sample

    private int _filled;                    // samples in _history
    private long _first;                    // index in the input of _history[0]
    private long _received;
    private long _produced;

    /// <param name="sampleRate">Input samples per second, 8000..48000.</param>
    public Resampler(int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 8_000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sampleRate, 48_000);
        SampleRate = sampleRate;
        _passesWhole = sampleRate <= AudioTime.Rate;
        _half = sampleRate == AudioTime.Rate ? 0 : (sampleRate + 249) / 250;
        _taps = (2 * _half + Lanes - 1) / Lanes * Lanes;
        _phases = Math.Min(AudioTime.Rate / CommonDivisor(sampleRate, AudioTime.Rate), MostPhases);
        _rows = WindowedSinc.Rows(sampleRate, _half, _taps, _phases,
            _passesWhole ? sampleRate / 2.0 : AudioTime.Rate / 2.0 - HalfTransitionHz);
        _history = new double[_taps + Block];
        Reset();
    }

    /// <summary>Input samples per second.</summary>
    public int SampleRate { get; }

    /// <summary>Input samples after an output's own time that it waits for; 0 at 16 kHz.</summary>
    public int LookAhead => _half;

    /// <summary>The most outputs that <see cref="Process"/> of so many samples, or with 0 <see cref="Flush"/>, can give.</summary>
    public int MostOutputs(int inputSamples) => (int)(((long)inputSamples + _half + 1) * AudioTime.Rate / SampleRate) + 1;

    /// <summary>Takes the next samples and answers how many outputs were written.</summary>
    /// <param name="input">16-bit samples, any number.</param>
    /// <param name="output">At least <see cref="MostOutputs"/> long.</param>
    public int Process(ReadOnlySpan<short> input, Span<float> output)
    {
        if (SampleRate == AudioTime.Rate) return PassThrough(input, output);
        var written = 0;
        while (!input.IsEmpty)
        {
            var part = input[..Math.Min(input.Length, Block)];
            Append(part);
            _received += part.Length;
            written += Produce(_received - _half, output[written..]);
            input = input[part.Length..];
        }
        return written;
    }

    /// <summary>
    /// Ends the input: silence follows it. All calls together have then given ceil(samples * 16000 / rate) outputs, and
    /// the next sample begins a new signal.
    /// </summary>
    /// <param name="output">At least <see cref="MostOutputs"/>(0) long.</param>
    public int Flush(Span<float> output)
    {
        var written = 0;
        if (_half > 0)
        {
            Span<short> silence = stackalloc short[_half];
            silence.Clear();
            Append(silence);
            written = Produce(_received, output);
        }
        Reset();
        return written;
    }

    private void Reset()
    {
        // Silence comes before the first sample.
        Array.Clear(_history);
        _filled = Math.Max(_half - 1, 0);
        _first = -_filled;
        _received = 0;
        _produced = 0;
    }

    private static int CommonDivisor(int a, int b) => b == 0 ? a : CommonDivisor(b, a % b);

    private static int PassThrough(ReadOnlySpan<short> input, Span<float> output)
    {
        output = output[..input.Length];
        for (var i = 0; i < output.Length; i++) output[i] = input[i] / 32768f;
        return output.Length;
    }

    private void Append(ReadOnlySpan<short> samples)
    {
        // An output at sample c uses c - half + 1 .. c + half: what lies before the next output's reach is done with.
        var keepFrom = (int)Math.Min(_produced * SampleRate / AudioTime.Rate - _half + 1 - _first, _filled);
        if (keepFrom > 0)
        {
            _history.AsSpan(keepFrom, _filled - keepFrom).CopyTo(_history);
            _filled -= keepFrom;
            _first += keepFrom;
        }
        var room = _history.AsSpan(_filled, samples.Length);
        for (var i = 0; i < room.Length; i++) room[i] = samples[i] / 32768.0;
        _filled += samples.Length;
    }

    /// <summary>Writes the outputs that lie before sample <paramref name="end"/> of the input.</summary>
    private int Produce(long end, Span<float> output)
    {
        var written = 0;
        for (; ; _produced++)
        {
            var position = _produced * SampleRate;
            var sample = position / AudioTime.Rate;
            if (sample >= end) return written;
            if (SampleRate == Telephone && position % AudioTime.Rate == 0 && sample + Together <= end)
            {
                Double((int)(sample - _first), output[written..]);
                written += 2 * Together;
                _produced += 2 * Together - 1;
                continue;
            }
            output[written++] = At((int)(sample - _first), (int)(position % AudioTime.Rate));
        }
    }

    /// <summary>
    /// At 8 kHz, from <c>_history[centre]</c> on: eight samples as they are and what lies half a sample after each. The eight are summed
    /// side by side, each in the order of <see cref="Dot"/>.
    /// </summary>
    private void Double(int centre, Span<float> output)
    {
        var row = _rows.AsSpan(_taps, _taps);
        ref var from = ref _history[centre - _half + 1];
        var (s0, s1, s2, s3) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero);
        for (var i = 0; i < row.Length; i += Lanes)
        {
            s0 += Vector512.LoadUnsafe(ref from, (nuint)i) * row[i];
            s1 += Vector512.LoadUnsafe(ref from, (nuint)i + 1) * row[i + 1];
            s2 += Vector512.LoadUnsafe(ref from, (nuint)i + 2) * row[i + 2];
            s3 += Vector512.LoadUnsafe(ref from, (nuint)i + 3) * row[i + 3];
        }
        var sums = (s0 + s1) + (s2 + s3);
        for (var k = 0; k < Together; k++)
        {
            output[2 * k] = (float)_history[centre + k];
            output[2 * k + 1] = (float)sums[k];
        }
    }

    /// <summary>The signal <paramref name="rest"/> / 16000 of a sample after <c>_history[centre]</c>.</summary>
    private float At(int centre, int rest)
    {
        if (rest == 0 && _passesWhole) return (float)_history[centre];
        var scaled = (long)rest * _phases;
        var phase = (int)(scaled / AudioTime.Rate);
        var between = (int)(scaled % AudioTime.Rate);
        var reach = _history.AsSpan(centre - _half + 1);
        var value = Dot(reach, _rows.AsSpan(phase * _taps, _taps));
        if (between > 0)
        {
            var next = Dot(reach, _rows.AsSpan((phase + 1) * _taps, _taps));
            value += (next - value) * (between / (double)AudioTime.Rate);
        }
        return (float)value;
    }

    /// <summary>
    /// Sums in a fixed order (four lanes), unlike library routines that follow the machine's vector width or the memory's
    /// alignment. What lies behind the taps in the row is zero.
    /// </summary>
    private static double Dot(ReadOnlySpan<double> samples, ReadOnlySpan<double> row)
    {
        var x = MemoryMarshal.Cast<double, Vector256<double>>(samples[..row.Length]);
        var h = MemoryMarshal.Cast<double, Vector256<double>>(row);
        var sum = Vector256<double>.Zero;
        for (var i = 0; i < h.Length; i++) sum += x[i] * h[i];
        return (sum[0] + sum[1]) + (sum[2] + sum[3]);
    }
}
