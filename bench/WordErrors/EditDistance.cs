namespace SpeechQA.Bench.WordErrors;

/// <summary>Edits that turn a reference into a hypothesis.</summary>
internal readonly record struct EditCounts(int Substitutions, int Deletions, int Insertions)
{
    public int Total => Substitutions + Deletions + Insertions;
}

/// <summary>
/// Levenshtein distance with the kinds of its edits; of equal paths a substitution is taken before a deletion before an insertion.
/// </summary>
internal static class EditDistance
{
    private readonly record struct Path(int Cost, int Substitutions, int Deletions, int Insertions);

    public static EditCounts Between<T>(IReadOnlyList<T> reference, IReadOnlyList<T> hypothesis) where T : IEquatable<T>
    {
        var previous = new Path[hypothesis.Count + 1];
        var row = new Path[hypothesis.Count + 1];
        for (var j = 0; j < previous.Length; j++) previous[j] = new Path(j, 0, 0, j);
        for (var i = 1; i <= reference.Count; i++)
        {
            row[0] = new Path(i, 0, i, 0);
            for (var j = 1; j < row.Length; j++)
            {
                var best = previous[j - 1];
                if (!reference[i - 1].Equals(hypothesis[j - 1]))
                    best = best with { Cost = best.Cost + 1, Substitutions = best.Substitutions + 1 };
                var deleted = previous[j];
                if (deleted.Cost + 1 < best.Cost) best = deleted with { Cost = deleted.Cost + 1, Deletions = deleted.Deletions + 1 };
                var inserted = row[j - 1];
                if (inserted.Cost + 1 < best.Cost) best = inserted with { Cost = inserted.Cost + 1, Insertions = inserted.Insertions + 1 };
                row[j] = best;
            }
            (previous, row) = (row, previous);
        }
        return new EditCounts(previous[^1].Substitutions, previous[^1].Deletions, previous[^1].Insertions);
    }
}
