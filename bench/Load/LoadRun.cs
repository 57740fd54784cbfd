using System.Diagnostics;
using SpeechQA.Bench.Load.Calls;
using SpeechQA.Bench.Load.Measuring;
using SpeechQA.Bench.Load.Server;
using SpeechQA.Host.Sending;

namespace SpeechQA.Bench.Load;

/// <summary>
/// One run:
/// <list type="number">
/// <item>start the server, or take the given one, and connect the pages;</item>
/// <item>open the calls one after another, and wait until the figures are steady (--warmup);</item>
/// <item>measure for the duration, with whatever is to go wrong meanwhile;</item>
/// <item>let fewer calls go on, if recovery is to be seen;</item>
/// <item>go on for a little, so that what was said last gets its answer; end the calls, wait for their ends;</item>
/// <item>lay alerts and truth beside each other.</item>
/// </list>
/// </summary>
internal sealed class LoadRun(LoadOptions options, IReadOnlyList<LoadSample> samples, TextWriter log)
{
    /// <summary>The calls go on for this long after what is measured.</summary>
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan WindowStep = TimeSpan.FromSeconds(0.5);

    private static readonly TimeSpan RecoveryTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(15);

    private readonly LoadMeasures _measures = new();
    private readonly List<(CallSlot Slot, CancellationTokenSource Ending, Task Running)> _slots = [];
    private int _reloads;

    public async Task<LoadReport> RunAsync(CancellationToken cancellation)
    {
        await using var target = await LoadTarget.OpenAsync(options, cancellation).ConfigureAwait(false);
        var cores = await target.CoresAsync(options.Cores, cancellation).ConfigureAwait(false);
        await using var pages = await LoadPages.OpenAsync(options, target.Address, _measures, cancellation).ConfigureAwait(false);
        using var client = new CallClient(target.Address, options.Token);
        using var pacing = new PacingThread();
        log.WriteLine($"opening {options.Calls} calls over {options.RampTime.TotalSeconds:F0} s at {target.Address}");
        await OpenAsync(client, pacing, pages, cancellation).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromSeconds(options.Warmup), cancellation).ConfigureAwait(false);

        log.WriteLine($"measuring for {options.Duration:F0} s");
        var before = await target.UsageAsync(cancellation).ConfigureAwait(false);
        var (cpu, window) = (Environment.CpuUsage.TotalTime, _measures.Begin());
        var (burst, sigterm, after) = await MeasureAsync(target, client, window, cancellation).ConfigureAwait(false);
        var seconds = (window.To - window.From) / (double)Stopwatch.Frequency;
        var generator = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / seconds;

        var recovery = options.OverloadThen is { } fewer && sigterm is null
            ? await RecoverAsync(fewer, cancellation).ConfigureAwait(false)
            : null;
        if (sigterm is null) await Task.Delay(Tail, cancellation).ConfigureAwait(false);
        var recovered = recovery is null ? null : await target.UsageAsync(cancellation).ConfigureAwait(false);
        await EndAsync().ConfigureAwait(false);
        _measures.Conclude();
        var report = ReportOf(window, before, after, cores, seconds) with
        {
            GeneratorCores = Math.Round(generator, 3),
            PacketsSent = pacing.Sent,
            PacketsLateMs = pacing.Late.Summary(),
            PagesOvertaken = pages.Overtaken,
            PagesLost = sigterm is null ? pages.Lost : 0,
            OpenBurst = burst,
            Sigterm = sigterm is null ? null : sigterm with { CallsEnded = _measures.Ended - (_measures.Opened - sigterm.CallsOpen) },
            Recovery = recovery is null ? null : RecoveryOf(recovery, recovered!),
        };
        return report with { LimitsBroken = LoadLimits.Broken(report, options.Profile) };
    }

    private async Task OpenAsync(CallClient client, PacingThread pacing, LoadPages pages, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < options.Calls; i++)
        {
            var slot = new CallSlot(i, samples, options, client, pacing, call =>
            {
                _measures.Add(call);
                return pages.OpenedAsync(call);
            });
            var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            _slots.Add((slot, ending, Task.Run(() => slot.RunAsync(ending.Token), cancellation)));
            var wait = OpeningOf(i + 1) - Stopwatch.GetElapsedTime(started);
            if (i + 1 < options.Calls && wait > TimeSpan.Zero) await Task.Delay(wait, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Evenly over the ramp, but not on a grid: nobody calls so, and all windows of inflection (every 0.5 s) would end at once.
    /// </summary>
    private TimeSpan OpeningOf(int call) => options.RampTime * call / Math.Max(1, options.Calls - 1) + WindowStep
        * (call * CallSlot.GoldenRatio % 1);

    /// <summary>The measured time, with what is to happen in it; the usage is that at its end.</summary>
    private async Task<(OpenBurstReport? Burst, SigtermReport? Sigterm, ServerUsage After)> MeasureAsync(LoadTarget target,
        CallClient client, MeasureWindow window, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reloading = options.ReloadEvery is { } every
            ? ReloadAsync(target, TimeSpan.FromSeconds(every), over.Token)
            : Task.CompletedTask;
        var bursting = options.OpenBurst > 0 ? BurstAsync(client, cancellation) : Task.FromResult<OpenBurstReport?>(null);
        await Task.Delay(TimeSpan.FromSeconds(options.SigtermAt ?? options.Duration), cancellation).ConfigureAwait(false);
        var after = await target.UsageAsync(cancellation).ConfigureAwait(false);
        window.To = Stopwatch.GetTimestamp();
        SigtermReport? sigterm = null;
        if (options.SigtermAt is not null && target.Process is { } process)
        {
            log.WriteLine("SIGTERM");
            var open = _measures.Opened - _measures.Ended;
            var (took, code) = await process.TerminateAsync().ConfigureAwait(false);
            sigterm = new SigtermReport(open, 0, Math.Round(took.TotalSeconds, 2), code);
        }
        await over.CancelAsync().ConfigureAwait(false);
        await reloading.ConfigureAwait(false);
        return (await bursting.ConfigureAwait(false), sigterm, after);
    }

    private async Task ReloadAsync(LoadTarget target, TimeSpan every, CancellationToken over)
    {
        using var timer = new PeriodicTimer(every);
        try
        {
            while (await timer.WaitForNextTickAsync(over).ConfigureAwait(false))
            {
                target.ChangeRules();
                _reloads++;
            }
        }
        catch (OperationCanceledException)
        {
            // The measured time is over.
        }
    }

    private async Task<OpenBurstReport?> BurstAsync(CallClient client, CancellationToken cancellation)
    {
        await Task.Delay(TimeSpan.FromSeconds(options.Duration / 3), cancellation).ConfigureAwait(false);
        var started = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(Enumerable.Range(0, options.OpenBurst).Select(async i =>
        {
            try
            {
                return (await client.OpenAsync(LoadCall.Request(samples[i % samples.Count], $"Burst {i}"), cancellation)
                    .ConfigureAwait(false)).Id;
            }
            catch (Engine.Core.BadInputException)
            {
                return null;
            }
        })).ConfigureAwait(false);
        var took = Stopwatch.GetElapsedTime(started);
        log.WriteLine($"opened {answers.Count(a => a is not null)} calls at once in {took.TotalSeconds:F1} s; they end by themselves");
        return new OpenBurstReport(options.OpenBurst, answers.Count(a => a is not null), Math.Round(took.TotalSeconds, 2));
    }

    private async Task<MeasureWindow> RecoverAsync(int fewer, CancellationToken cancellation)
    {
        log.WriteLine($"{fewer} calls go on for {RecoveryTime.TotalSeconds:F0} s");
        var window = _measures.Begin();
        foreach (var (_, ending, _) in _slots.Skip(fewer)) await ending.CancelAsync().ConfigureAwait(false);
        await Task.Delay(RecoveryTime, cancellation).ConfigureAwait(false);
        window.To = Stopwatch.GetTimestamp();
        return window;
    }

    private async Task EndAsync()
    {
        foreach (var (_, ending, _) in _slots) await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_slots.Select(s => s.Running)).ConfigureAwait(false);
        var started = Stopwatch.GetTimestamp();
        while (_measures.Ended < _measures.Opened && Stopwatch.GetElapsedTime(started) < EndTimeout)
            await Task.Delay(100).ConfigureAwait(false);
        foreach (var (_, ending, _) in _slots) ending.Dispose();
    }

    private LoadReport ReportOf(MeasureWindow window, ServerUsage before, ServerUsage after, int cores, double seconds) => new()
    {
        Calls = options.Calls,
        Seconds = Math.Round(seconds, 1),
        Profile = options.Profile,
        PhraseAlertMs = window.Phrases.Summary(),
        InflectionAlertMs = window.Inflection.Summary(),
        TranscriptLagMs = window.Transcripts.Summary(),
        FinalTexts = (long)(after.Texts - before.Texts),
        FinalTextsLate = (long)(after.Texts - before.Texts - (after.TextsInTime - before.TextsInTime)),
        PartialLagMs = window.Partials.Summary(),
        PhrasesSaid = window.Said,
        PhrasesFound = window.Found,
        PhrasesEarly = window.Early,
        PhrasesMissed = window.Missed,
        PhrasesLate = window.Late,
        AlertsRaised = _measures.Raised,
        AlertsConfirmed = _measures.Confirmed,
        AlertsWithdrawn = _measures.Withdrawn,
        ServerCores = cores,
        ServerCpuSeconds = Math.Round(after.CpuSeconds - before.CpuSeconds, 2),
        ModelCpuSeconds = Change(before.Models, after.Models),
        ThreadCpuSeconds = Threads(before, after),
        PeakResidentMb = Math.Round(after.PeakMb, 1),
        ResidentMb = [Math.Round(before.ResidentMb, 1), Math.Round(after.ResidentMb, 1)],
        Shed = Change(before.Shed, after.Shed),
        AudioDroppedSeconds = Math.Round(after.DroppedSeconds - before.DroppedSeconds, 2),
        PacketsMissed = (long)(after.PacketsLost - before.PacketsLost),
        CallsOpened = _measures.Opened,
        CallsRefused = _slots.Sum(s => s.Slot.Refused),
        Network = options.Network,
        RuleReloads = options.ReloadEvery is null ? null : _reloads,
        SlowPages = options.SlowPages == 0 ? null : options.SlowPages,
        GeneratorCores = 0,
        PacketsSent = 0,
        PacketsLateMs = new(0, null, null, null, null, null),
        PagesOvertaken = 0,
        PagesLost = 0,
    };

    private RecoveryReport RecoveryOf(MeasureWindow window, ServerUsage usage) =>
        new(options.OverloadThen!.Value, RecoveryTime.TotalSeconds,
        window.Phrases.Summary(), window.Inflection.Summary(), window.Transcripts.Summary(),
        window.LastOver == 0 ? 0 : Math.Round((window.LastOver - window.From) / (double)Stopwatch.Frequency, 1),
            Math.Round(usage.ResidentMb, 1));

    /// <summary>By name; what belonged to threads that have ended since is the rest.</summary>
    private static SortedDictionary<string, double> Threads(ServerUsage before, ServerUsage after)
    {
        var threads = Change(before.Threads, after.Threads);
        var rest = after.CpuSeconds - before.CpuSeconds - threads.Values.Sum();
        if (threads.Count > 0 && rest > 0) threads["(ended)"] = Math.Round(rest, 2);
        return threads;
    }

    private static SortedDictionary<string, double> Change(IReadOnlyDictionary<string, double> before,
        IReadOnlyDictionary<string, double> after) =>
        new(after.ToDictionary(a => a.Key, a => Math.Round(Math.Max(0, a.Value - before.GetValueOrDefault(a.Key)), 2)),
            StringComparer.Ordinal);
}
