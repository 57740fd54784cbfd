namespace SpeechQA.Engine.Speech.Recognition;

/// <summary>Which words of one text are not in another (longest common subsequence; punctuation and case do not count).</summary>
internal static class WordChanges
{
    /// <returns>Indices into <paramref name="after"/>, ascending.</returns>
    public static IReadOnlyList<int> Of(IReadOnlyList<RecognizedWord> before, IReadOnlyList<RecognizedWord> after)
    {
        var a = before.Select(w => Bare(w.Text)).ToArray();
        var b = after.Select(w => Bare(w.Text)).ToArray();
        var common = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
            for (var j = b.Length - 1; j >= 0; j--)
                common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        var changed = new List<int>();
        for (int i = 0, j = 0; j < b.Length;)
        {
            if (i < a.Length && a[i] == b[j]) (i, j) = (i + 1, j + 1);
            else if (i < a.Length && common[i + 1, j] >= common[i, j + 1]) i++;
            else changed.Add(j++);
        }
        return changed;
    }

    private static string Bare(string word) => string.Concat(word.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
