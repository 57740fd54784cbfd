namespace SpeechQA.Bench.Load;

/// <summary>What must hold for a number of calls to count as carried; milliseconds.</summary>
internal static class LoadLimits
{
    public const double PhraseP50 = 700;
    public const double PhraseP99 = 1_500;
    public const double InflectionP99 = 80;
    public const double TranscriptP99 = 2_000;

    /// <summary>Share of all calls' final texts that may be later than <see cref="TranscriptP99"/>.</summary>
    private const double LateShare = 0.01;

    /// <summary>What of a report does not hold; empty: all does. Nothing measured holds nothing.</summary>
    public static IReadOnlyList<string> Broken(LoadReport report, LoadProfile profile)
    {
        List<string> broken = [];
        if (profile == LoadProfile.Full)
        {
            Check(broken, "phrase alert p50", report.PhraseAlertMs.P50, PhraseP50);
            Check(broken, "phrase alert p99", report.PhraseAlertMs.P99, PhraseP99);
        }
        Check(broken, "inflection alert p99", report.InflectionAlertMs.P99, InflectionP99);
        Check(broken, "transcript lag p99", report.TranscriptLagMs.P99, TranscriptP99);
        if (report.FinalTextsLate > LateShare * report.FinalTexts)
            broken.Add(FormattableString.Invariant(
                $"{report.FinalTextsLate} of {report.FinalTexts} final texts of all calls later than {TranscriptP99:F0} ms"));
        if (report.Shed.GetValueOrDefault("final") > 0) broken.Add($"{report.Shed["final"]} finals shed");
        if (report.AudioDroppedSeconds > 0) broken.Add(FormattableString.Invariant($"{report.AudioDroppedSeconds:F1} s of audio dropped"));
        if (report.CallsRefused > 0) broken.Add($"{report.CallsRefused} calls refused");
        return broken;
    }

    private static void Check(List<string> broken, string what, double? measured, double limit)
    {
        if (measured is null) broken.Add($"{what} not measured");
        else if (measured > limit) broken.Add(FormattableString.Invariant($"{what} {measured:F0} ms > {limit:F0} ms"));
    }
}
