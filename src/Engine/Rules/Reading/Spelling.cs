namespace SpeechQA.Engine.Rules.Reading;

/// <summary>What somebody may have meant by a word that is not known.</summary>
internal static class Spelling
{
    /// <summary><c>did you mean 'coolDown'?</c>, or the list of what is known.</summary>
    public static string Suggest(string word, IReadOnlyList<string> known)
    {
        var nearest = known.MinBy(k => Distance(word, k));
        return nearest is not null && word.Length <= 40 && Distance(word, nearest) <= Math.Max(1, nearest.Length / 3)
            ? $"did you mean '{nearest}'?"
            : $"known are: {string.Join(", ", known)}";
    }

    /// <summary>Levenshtein's distance without regard to case.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                diagonal = above;
            }
        }
        return row[^1];
    }
}
