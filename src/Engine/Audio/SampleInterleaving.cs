namespace SpeechQA.Engine.Audio;

/// <summary>
/// Whether one channel holds the samples of two in turn, as when a stereo file has the header of a mono one. Neighbours of a
/// voice resemble each other more than samples two apart do; where two channels are interleaved it is the other way round:
/// neighbours are of different channels, every second sample of the same. Two equal channels show in samples that stand twice.
/// </summary>
/// <param name="doubled">Samples that stand twice count: not at rates to which recordings of 8 kHz are brought by doubling them.</param>
internal sealed class SampleInterleaving(bool doubled)
{
    /// <summary>Least correlation of samples two apart, and the most of it that neighbours may have.</summary>
    private const double LeastApart = 0.4, MostNeighbour = 0.3;

    /// <summary>A window is judged above this mean square: -50 dB of full scale.</summary>
    private const double Quietest = 32_768.0 * 32_768 * 1e-5;

    private double _sum, _squares, _neighbours, _apart;
    private long _count;
    private int _last, _beforeLast;
    private readonly int[] _unequal = new int[2];

    /// <summary>Adds a sample.</summary>
    public void Add(short sample)
    {
        _sum += sample;
        _squares += (double)sample * sample;
        if (_count > 0)
        {
            _neighbours += (double)sample * _last;
            if (sample != _last) _unequal[_count & 1]++;
        }
        if (_count > 1) _apart += (double)sample * _beforeLast;
        (_beforeLast, _last) = (_last, sample);
        _count++;
    }

    /// <summary>The verdict on the samples since the last call, which are forgotten; null: too quiet to tell.</summary>
    public bool? Take()
    {
        bool? verdict = null;
        if (_count > 2)
        {
            var mean = _sum / _count;
            var variance = _squares / _count - mean * mean;
            if (variance > Quietest)
            {
                var neighbours = (_neighbours / (_count - 1) - mean * mean) / variance;
                var apart = (_apart / (_count - 2) - mean * mean) / variance;
                verdict = (apart > LeastApart && Math.Abs(neighbours) < MostNeighbour * apart)
                    || (doubled && Math.Min(_unequal[0], _unequal[1]) == 0);
            }
        }
        (_sum, _squares, _neighbours, _apart, _count) = (0, 0, 0, 0, 0);
        Array.Clear(_unequal);
        return verdict;
    }
}
