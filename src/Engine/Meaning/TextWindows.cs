namespace SpeechQA.Engine.Meaning;

/// <summary>
/// How a long utterance is read: the model knows sentences, so more than 40 words are read in windows of 25 words that
/// share 10, and the largest output counts.
/// </summary>
public static class TextWindows
{
    /// <summary>Words that are read in one piece.</summary>
    public const int Longest = 40;

    private const int Words = 25;
    private const int Overlap = 10;

    /// <summary>The windows over so many words, in order; the last one is whole, it may share more.</summary>
    public static IEnumerable<Range> Over(int words)
    {
        if (words <= Longest)
        {
            if (words > 0) yield return ..words;
            yield break;
        }
        for (var from = 0; ; from += Words - Overlap)
        {
            from = Math.Min(from, words - Words);
            yield return from..(from + Words);
            if (from + Words == words) yield break;
        }
    }
}
