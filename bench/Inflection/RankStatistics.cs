namespace SpeechQA.Bench.Inflection;

/// <summary>How well a score tells two classes apart.</summary>
internal static class RankStatistics
{
    /// <summary>
    /// Area under the ROC curve: the chance that a positive scores above a negative, ties counting half (Mann and Whitney
    /// 1947). NaN when a class is missing.
    /// </summary>
    public static double Auc(IReadOnlyCollection<(bool Positive, double Score)> rows)
    {
        var positive = rows.Count(r => r.Positive);
        var negative = rows.Count - positive;
        double pairs = 0, below = 0;
        foreach (var tie in rows.GroupBy(r => r.Score).OrderBy(g => g.Key))
        {
            var up = tie.Count(r => r.Positive);
            var down = tie.Count() - up;
            pairs += up * (below + down / 2.0);
            below += down;
        }
        return pairs / ((double)positive * negative);
    }

    /// <summary>Unweighted average recall: mean of the shares of positives above and of negatives at or below the threshold.</summary>
    public static double Uar(IReadOnlyCollection<(bool Positive, double Score)> rows, double threshold) =>
        (Share(rows.Where(r => r.Positive), r => r.Score > threshold) + Share(rows.Where(r => !r.Positive), r => r.Score <= threshold)) / 2;

    private static double Share<T>(IEnumerable<T> rows, Func<T, bool> right)
    {
        int all = 0, good = 0;
        foreach (var row in rows)
        {
            all++;
            if (right(row)) good++;
        }
        return good / (double)all;
    }
}
