using System.Diagnostics.Metrics;

namespace SpeechQA.Host.Metrics;

/// <summary>What the server counts (meter <c>SpeechQA.Host</c>).</summary>
internal static class HostMetrics
{
    public const string MeterName = "SpeechQA.Host";

    private static readonly Meter Meter = new(MeterName);

    public static readonly Counter<long> CallsOpened = Meter.CreateCounter<long>("speechqa.calls.opened", "{call}",
        "Calls opened over the API");
    public static readonly Counter<long> CallsRefused = Meter.CreateCounter<long>("speechqa.calls.refused", "{call}",
        "Calls not opened, by reason");
    public static readonly Counter<long> CallsEnded = Meter.CreateCounter<long>("speechqa.calls.ended", "{call}", "Calls ended, by reason");
    public static readonly Counter<long> RequestsRefused = Meter.CreateCounter<long>("speechqa.requests.refused", "{request}",
        "HTTP requests without a right to be answered, by reason");
    public static readonly Counter<long> RuleReloads = Meter.CreateCounter<long>("speechqa.rules.reloads", "{reload}",
        "Times the rules changed on disk, by outcome: taken or refused");
    public static readonly UpDownCounter<int> Pages = Meter.CreateUpDownCounter<int>("speechqa.pages", "{connection}",
        "Live pages that are connected");
    public static readonly Counter<long> PagesOvertaken = Meter.CreateCounter<long>("speechqa.pages.overtaken", "{snapshot}",
        "Times a slow page lost its place and began again");

    /// <summary>Makes the counts known that should read 0 before the first.</summary>
    public static void Announce()
    {
        Pages.Add(0);
        PagesOvertaken.Add(0);
        CallsOpened.Add(0);
    }
}
