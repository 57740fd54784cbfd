using System.Globalization;
using SpeechQA.Host.Metrics;

namespace SpeechQA.Bench.Load;

/// <summary>A report for people.</summary>
internal static class LoadText
{
    public static IEnumerable<string> Lines(LoadReport r)
    {
        yield return Text(
            $"{r.Calls} calls, {r.Seconds} s measured, {r.CallsOpened} opened, {r.CallsRefused} refused, {r.PacketsSent} packets");
        yield return Text($"{"milliseconds",-34}{"count",9}{"p50",10}{"p90",10}{"p99",10}{"most",10}");
        yield return Line("phrase's end to alert", r.PhraseAlertMs);
        yield return Line("inflection window to alert", r.InflectionAlertMs);
        yield return Line("end of speech to final text", r.TranscriptLagMs);
        yield return Line("partial text behind speech", r.PartialLagMs);
        yield return Text($"final texts of all calls: {r.FinalTexts}, {r.FinalTextsLate} of them later than {LoadLimits.TranscriptP99} ms");
        yield return Text($"phrases: {r.PhrasesFound} of {r.PhrasesSaid} found (recall {r.PhraseRecall:F3}), ")
            + Text($"{r.PhrasesEarly} before their end; missed: {List(r.PhrasesMissed)}");
        foreach (var late in r.PhrasesLate) yield return Text($"  late: {late.Phrase} {late.Ms} ms ({late.Stages})");
        yield return Text($"alerts of phrases: {r.AlertsRaised} raised, {r.AlertsConfirmed} confirmed, ")
            + Text($"{r.AlertsWithdrawn} withdrawn (share {r.WithdrawnShare:F3})");
        yield return Text($"CPU: {r.ServerCpuSeconds:F1} s on {r.ServerCores} cores, {r.CpuPerCallSecond:F3} s per second of a call, ")
            + Text($"{r.ModelCpuShare:P1} inside models: {List(r.ModelCpuSeconds)}");
        yield return Text($"CPU by thread: {List(r.ThreadCpuSeconds)}");
        yield return Text($"memory: peak {r.PeakResidentMb:F0} MB, from {r.ResidentMb[0]:F0} to {r.ResidentMb[1]:F0} MB while measured");
        yield return Text($"shed: {List(r.Shed)}; audio dropped: {r.AudioDroppedSeconds:F1} s; ")
            + Text($"packets missed {r.PacketsMissed}; pages overtaken {r.PagesOvertaken}, lost {r.PagesLost}");
        yield return Text($"generator: {r.GeneratorCores:F3} cores; ")
            + Text($"packets late by p50 {r.PacketsLateMs.P50} ms, p99 {r.PacketsLateMs.P99} ms, most {r.PacketsLateMs.Max} ms");
        if (r.OpenBurst is { } b) yield return Text($"opened at once: {b.Opened} of {b.Asked} in {b.Seconds} s");
        if (r.RuleReloads is { } n) yield return Text($"rules changed {n} times");
        if (r.SlowPages is { } pages) yield return Text($"{pages} pages stopped reading");
        if (r.Sigterm is { } s)
            yield return Text($"SIGTERM: {s.CallsEnded} of {s.CallsOpen} calls seen to end, exit code {s.ExitCode} after {s.Seconds} s");
        if (r.Recovery is { } c)
        {
            yield return Text(
                $"then {c.Calls} calls: last over a limit {c.RecoveredAfterSeconds} s after the fall; memory {c.ResidentMb:F0} MB");
            yield return Line("  phrase's end to alert", c.PhraseAlertMs);
            yield return Line("  inflection window to alert", c.InflectionAlertMs);
            yield return Line("  end of speech to final text", c.TranscriptLagMs);
        }
        yield return r.LimitsBroken.Count == 0
            ? Text($"all limits hold: {r.CallsPerCore} calls per core")
            : $"limits broken: {string.Join("; ", r.LimitsBroken)}";
    }

    private static string Line(string what, LatencySummary s) =>
        Text($"{what,-34}{s.Count,9}{s.P50,10:F1}{s.P90,10:F1}{s.P99,10:F1}{s.Max,10:F1}");

    private static string List<T>(IReadOnlyDictionary<string, T> values) where T : IConvertible
    {
        var some = values.Where(v => v.Value.ToDouble(CultureInfo.InvariantCulture) > 0).Select(v => Text($"{v.Key} {v.Value}")).ToList();
        return some.Count == 0 ? "nothing" : string.Join(", ", some);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
