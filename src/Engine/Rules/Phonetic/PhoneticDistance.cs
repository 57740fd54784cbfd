namespace SpeechQA.Engine.Rules.Phonetic;

/// <summary>
/// How unlike two keys sound: the cheapest edits from one to the other (Levenshtein's distance with weights). 1 is a sound
/// that nothing excuses; sounds that are told apart by voicing or by colour alone cost less, as do sounds that speakers
/// drop. Symmetric.
/// </summary>
internal static class PhoneticDistance
{
    private const double Near = 0.4;
    private const double Dropped = 0.5;

    /// <summary>Sounds of one kind: voiced and unvoiced, nasals, liquids, hissing.</summary>
    private static readonly string[] Kinds = ["PB", "TD0", "KG", "FV", "SZ", "XCJ", "MN", "LR", "WQ", "AEIOU2QY", "135"];

    /// <summary>Of ASCII sounds, by both.</summary>
    private static readonly double[] Changes = [.. from a in Enumerable.Range(0, Sounds) from b in Enumerable.Range(0,
        Sounds) select ChangeOf((char)a, (char)b)];

    private const int Sounds = 128;

    /// <summary>The distance, or <see cref="double.PositiveInfinity"/> when it is over the limit.</summary>
    public static double Of(ReadOnlySpan<char> a, ReadOnlySpan<char> b, double limit)
    {
        // Every edit of length costs at least so much.
        if (Math.Abs(a.Length - b.Length) * Near > limit) return double.PositiveInfinity;
        Span<double> row = stackalloc double[b.Length + 1];
        for (var j = 1; j <= b.Length; j++) row[j] = row[j - 1] + Drop(b, j - 1);
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] += Drop(a, i - 1);
            var least = row[0];
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(diagonal + Change(a[i - 1], b[j - 1]), Math.Min(above + Drop(a, i - 1), row[j - 1] + Drop(b, j - 1)));
                diagonal = above;
                least = Math.Min(least, row[j]);
            }
            if (least > limit) return double.PositiveInfinity;
        }
        return row[b.Length] <= limit + 1e-9 ? row[b.Length] : double.PositiveInfinity;
    }

    private static double Change(char a, char b) => (a | b) < Sounds ? Changes[a * Sounds + b] : ChangeOf(a, b);

    private static double ChangeOf(char a, char b)
    {
        if (a == b) return 0;
        foreach (var kind in Kinds)
            if (kind.Contains(a, StringComparison.Ordinal) && kind.Contains(b, StringComparison.Ordinal)) return Near;
        return IsNasal(a) && IsVowel(b) || IsVowel(a) && IsNasal(b) ? 0.6 : 1;
    }

    // Vowels, h and what closes a word are lost first; a double sound is one.
    private static double Drop(ReadOnlySpan<char> key, int at) => key[at] switch
    {
        'H' or 'Y' => Near,
        var sound when IsVowel(sound) || IsNasal(sound) => Dropped,
        _ when at == key.Length - 1 => Dropped,
        var sound when at > 0 && key[at - 1] == sound => Dropped,
        _ => 1,
    };

    public static bool IsVowel(char sound) => sound is 'A' or 'E' or 'I' or 'O' or 'U' or '2' or 'Q';

    private static bool IsNasal(char sound) => sound is '1' or '3' or '5';
}
