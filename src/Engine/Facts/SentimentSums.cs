using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Facts;

/// <summary>
/// The sentiments of one leg over the call, in bounded memory: sums in stretches of equal length that double in length
/// when the call outgrows them, so that quarters can be told at the end to within 1/64 of the call.
/// </summary>
internal sealed class SentimentSums
{
    private const int Bins = 128;

    /// <summary>As in <see cref="CallSentiment"/>: neutral talk is neutral.</summary>
    private const double Dead = 0.10;

    private readonly CallSentiment _smoothed = new();
    private readonly double[] _scores = new double[Bins];
    private readonly long[] _words = new long[Bins];
    private long _width = Core.AudioTime.Rate / 2;

    /// <param name="sentiment">-1..1.</param>
    /// <param name="words">At least 1.</param>
    /// <param name="middle">Position of the utterance.</param>
    public void Add(double sentiment, int words, long middle)
    {
        _smoothed.Add(sentiment, words);
        while (middle >= _width * Bins) Widen();
        var bin = (int)(middle / _width);
        _scores[bin] += Math.Abs(sentiment) < Dead ? 0 : sentiment * words;
        _words[bin] += words;
    }

    /// <param name="end">The call's duration as a position.</param>
    public SentimentFacts? Facts(long end)
    {
        if (Mean(0, long.MaxValue) is not { } overall) return null;
        return new SentimentFacts(overall, [.. Enumerable.Range(0, 4)
            .Select(q => Mean(end * q / 4, q == 3 ? long.MaxValue : end * (q + 1) / 4))],
            Math.Round(_smoothed.Level, 3), Math.Round(_smoothed.Lowest, 3));
    }

    private double? Mean(long from, long to)
    {
        var score = 0.0;
        var words = 0L;
        for (var bin = 0; bin < Bins; bin++)
        {
            var middle = bin * _width + _width / 2;
            if (middle < from || middle >= to) continue;
            score += _scores[bin];
            words += _words[bin];
        }
        return words == 0 ? null : Math.Round(score / words, 3);
    }

    private void Widen()
    {
        for (var bin = 0; bin < Bins / 2; bin++)
        {
            _scores[bin] = _scores[2 * bin] + _scores[2 * bin + 1];
            _words[bin] = _words[2 * bin] + _words[2 * bin + 1];
        }
        _scores.AsSpan(Bins / 2).Clear();
        _words.AsSpan(Bins / 2).Clear();
        _width *= 2;
    }
}
