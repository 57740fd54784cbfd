namespace SpeechQA.Engine.TextModels;

/// <summary>
/// Smooths the sentiments of one speaker's utterances over a call. Each moves the level by 1 - exp(-words / 25) of the way
/// to its own score, so that short answers ("yes") hardly count; scores within ±0.10 are taken as 0, so that neutral talk
/// pulls back to neutral. One owner.
/// </summary>
public sealed class CallSentiment
{
    private const double Words = 25.0;
    private const double Dead = 0.10;

    private readonly List<double> _levels = [];

    /// <summary>-1..1.</summary>
    public double Level { get; private set; }

    /// <summary>-1..0: the lowest level so far.</summary>
    public double Lowest { get; private set; }

    /// <summary>The level after each utterance.</summary>
    public IReadOnlyList<double> Levels => _levels;

    /// <summary>Takes the next utterance and gives the new level.</summary>
    /// <param name="sentiment">-1..1.</param>
    /// <param name="words">Words separated by spaces.</param>
    public double Add(double sentiment, int words)
    {
        var score = Math.Abs(sentiment) < Dead ? 0 : sentiment;
        Level += (1 - Math.Exp(-words / Words)) * (score - Level);
        Lowest = Math.Min(Lowest, Level);
        _levels.Add(Level);
        return Level;
    }

    /// <summary>Mean of the last levels less the mean of as many before; 0 while there are not enough.</summary>
    public double Trend(int utterances = 6) => utterances < 1 || _levels.Count < 2 * utterances
        ? 0
        : _levels.TakeLast(utterances).Average() - _levels.SkipLast(utterances).TakeLast(utterances).Average();
}
