namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// Makes up audio for lost packets after ITU-T G.711 Appendix I: the last pitch period is repeated at full level for
/// 10 ms, then fades by a fifth every 10 ms and is silent after 60 ms. Received samples are never touched, so the
/// appendix's overlapping at the seams is left out.
/// </summary>
internal sealed class LossConcealment
{
    /// <summary>Longest loss that is concealed, milliseconds.</summary>
    public const int LongestMs = 60;

    // Pitch of 66 to 200 Hz, as the appendix searches; compared over 20 ms. History holds both.
    private const int ShortestLagMs = 5;
    private const int LongestLagMs = 15;
    private const int WindowMs = 20;

    private readonly int _perMs;
    private readonly short[] _history;
    private int _lag;
    private int _made;

    /// <param name="sampleRate">8000..48000.</param>
    public LossConcealment(int sampleRate)
    {
        _perMs = sampleRate / 1000;
        _history = new short[(LongestLagMs + WindowMs) * _perMs];
    }

    /// <summary>Samples that can still be made up before real audio must come.</summary>
    public int Left => LongestMs * _perMs - _made;

    /// <summary>Audio was received: the next loss begins from its end.</summary>
    public void Remember(ReadOnlySpan<short> samples)
    {
        _made = 0;
        if (samples.Length >= _history.Length)
        {
            samples[^_history.Length..].CopyTo(_history);
            return;
        }
        _history.AsSpan(samples.Length).CopyTo(_history);
        samples.CopyTo(_history.AsSpan(_history.Length - samples.Length));
    }

    /// <summary>The talker was silent: a loss now is made up by silence.</summary>
    public void Forget()
    {
        _made = 0;
        Array.Clear(_history);
    }

    /// <summary>Makes up the next samples of a loss; at most <see cref="Left"/>.</summary>
    public void Conceal(Span<short> samples)
    {
        if (_made == 0) _lag = FindLag();
        var period = _history.AsSpan(_history.Length - _lag);
        for (var i = 0; i < samples.Length; i++, _made++)
            samples[i] = (short)(period[_made % _lag] * Gain(_made));
    }

    private float Gain(int sample)
    {
        var ms = (float)sample / _perMs;
        return Math.Clamp(1f - (ms - 10f) / (LongestMs - 10f), 0f, 1f);
    }

    /// <summary>The lag at which the last 20 ms are most like what came before them (normalised cross-correlation).</summary>
    private int FindLag()
    {
        // Four samples in a millisecond decide well enough.
        var step = _perMs / 4;
        var window = WindowMs * _perMs;
        var start = _history.Length - window;
        var best = LongestLagMs * _perMs;
        var bestScore = 0.0;
        for (var lag = ShortestLagMs * _perMs; lag <= LongestLagMs * _perMs; lag++)
        {
            double product = 0, energy = 1;
            for (var i = start; i < _history.Length; i += step)
            {
                var then = _history[i - lag];
                product += (double)_history[i] * then;
                energy += (double)then * then;
            }
            var score = product / Math.Sqrt(energy);
            if (score <= bestScore) continue;
            bestScore = score;
            best = lag;
        }
        return best;
    }
}
