using SpeechQA.Engine.Language;

namespace SpeechQA.Engine.Conversation;

/// <summary>
/// How an utterance is read: the model knows sentences, and two in one text dilute each other. So each is read alone, one
/// of under four words together with a neighbour, and more than 40 words in windows of 25 words that share 10; the
/// largest output counts.
/// </summary>
public static class TextWindows
{
    /// <summary>Words that are read in one piece.</summary>
    public const int Longest = 40;

    private const int ShortestSentence = 4;
    private const int Words = 25;
    private const int Overlap = 10;

    /// <summary>The windows over an utterance's words, in order.</summary>
    public static IEnumerable<Range> Over(IReadOnlyList<SpokenWord> words)
    {
        var from = 0;
        for (var i = 0; i < words.Count; i++)
        {
            var last = i + 1 == words.Count;
            var ends = WordNormalizer.EndsSentence(words[i].Text) && i + 1 - from >= ShortestSentence
                && words.Count - (i + 1) >= ShortestSentence;
            if (!last && !ends) continue;
            foreach (var window in Over(i + 1 - from)) yield return (from + window.Start.Value)..(from + window.End.Value);
            from = i + 1;
        }
    }

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
