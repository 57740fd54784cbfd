namespace SpeechQA.Engine.Speech.Recognition;

/// <summary>
/// The language of one leg: given, or decided by its utterances. Utterances of 1.5 s or more vote with their
/// log-probabilities over the allowed languages; the sums decide, and the choice is locked when the lead is clear.
/// Shorter utterances are too unreliable to vote (32 of 69 right on French letters and numbers) and follow the sums.
/// </summary>
/// <remarks>
/// Votes must come in the order of the leg's utterances: the owner recognises them one after another until
/// <see cref="IsLocked"/>. Not safe for concurrent use.
/// </remarks>
public sealed class LegLanguage
{
    /// <summary>Shortest utterance that votes, seconds.</summary>
    public const double ShortestVote = 1.5;

    /// <summary>Lead of the best sum over the second that locks the choice, natural-log units (odds of 150 to 1).</summary>
    public const double LockLead = 5.0;

    private readonly double[] _sums;
    private bool _voted;

    /// <param name="allowed">Codes to choose from, best guess first; one code means: given.</param>
    public LegLanguage(params IReadOnlyList<string> allowed)
    {
        if (allowed.Count == 0) throw new ArgumentException("At least one language is needed.", nameof(allowed));
        Allowed = allowed;
        _sums = new double[allowed.Count];
        if (allowed.Count == 1) Locked = allowed[0];
    }

    private LegLanguage(LegLanguage other)
    {
        Allowed = other.Allowed;
        Locked = other.Locked;
        _sums = [.. other._sums];
        _voted = other._voted;
    }

    /// <summary>A copy whose votes do not count here: for an utterance that may turn out not to be final.</summary>
    public LegLanguage Fork() => new(this);

    /// <summary>Codes to choose from, best guess first.</summary>
    public IReadOnlyList<string> Allowed { get; }

    /// <summary>The decided language, or null while it is open.</summary>
    public string? Locked { get; private set; }

    /// <summary>The language is decided and will not change.</summary>
    public bool IsLocked => Locked is not null;

    /// <summary>An utterance has voted.</summary>
    public bool HasVotes => _voted;

    /// <summary>Takes the vote of an utterance and answers the language to decode it in.</summary>
    /// <param name="logProbabilities">Log-probability of each of <see cref="Allowed"/>, normalised over them.</param>
    /// <param name="seconds">Length of the utterance.</param>
    public string Decide(ReadOnlySpan<double> logProbabilities, double seconds)
    {
        if (Locked is not null) return Locked;
        if (seconds >= ShortestVote)
        {
            _voted = true;
            for (var i = 0; i < _sums.Length; i++) _sums[i] += logProbabilities[i];
            var best = Best(_sums);
            var lead = double.PositiveInfinity;
            for (var i = 0; i < _sums.Length; i++)
                if (i != best) lead = Math.Min(lead, _sums[best] - _sums[i]);
            if (lead >= LockLead) Locked = Allowed[best];
            return Allowed[best];
        }
        return Allowed[_voted ? Best(_sums) : Best(logProbabilities)];
    }

    private static int Best(ReadOnlySpan<double> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
            if (values[i] > values[best]) best = i;
        return best;
    }
}
