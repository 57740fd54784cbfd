using SpeechQA.Engine.Conversation;

namespace SpeechQA.Engine.Secrets;

/// <summary>
/// Hides every number that may be a secret, knowing nothing but the words themselves: three digits or more, sums of money
/// apart, and digits with a month. For what is shown before <see cref="CallSecrets"/> knows better, and for evidence.
/// </summary>
internal static class NumberMask
{
    private const int Least = 3;

    /// <summary>The utterance with such numbers masked; itself when it has none.</summary>
    public static Utterance Of(Utterance utterance)
    {
        var words = HeardWord.Of(utterance);
        Mark(words);
        return MaskedText.Of(utterance, [.. words.Select(w => w.IsMasked)]);
    }

    /// <inheritdoc cref="Of(Utterance)"/>
    public static string Of(string text)
    {
        HeardWord[] words = [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select((w, i) => new HeardWord(0, w, i, i + 1))];
        Mark(words);
        return words.Any(w => w.IsMasked) ? MaskedText.Joined(words.Select(w => (w.Text, w.IsMasked))) : text;
    }

    private static void Mark(IReadOnlyList<HeardWord> words)
    {
        foreach (var run in new SpokenRuns(0, words, []).Loose())
        {
            if (run.IsAmount || run.Digits.Length == 0 || (run.Digits.Length < Least && !run.HasMonth)) continue;
            foreach (var item in run.Items)
                for (var w = item.First; w <= item.Last; w++) words[w].IsMasked = true;
        }
    }
}
