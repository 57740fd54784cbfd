using System.Globalization;
using System.Net.Http.Headers;
using SpeechQA.Engine.Core;
using SpeechQA.Host;

namespace SpeechQA.Bench.Load.Server;

/// <summary>What a server has used and counted since its start.</summary>
/// <param name="CpuSeconds">Of the process.</param>
/// <param name="Models">CPU seconds by model.</param>
/// <param name="Shed">Work given up, by kind.</param>
/// <param name="DroppedSeconds">Audio that legs which did not keep up have dropped, of all calls.</param>
/// <param name="PacketsLost">RTP packets that did not arrive.</param>
/// <param name="Texts">Final texts, of all calls.</param>
/// <param name="TextsInTime">Of these, those within <see cref="LoadLimits.TranscriptP99"/> of the end of their speech: the limit is a
/// border of the server's histogram.</param>
/// <param name="Threads">CPU seconds by name of thread; empty for a server that was not started here.</param>
internal sealed record ServerUsage(double CpuSeconds, double ResidentMb, double PeakMb, Dictionary<string, double> Models,
    Dictionary<string, double> Shed,
    double DroppedSeconds, double PacketsLost, double Texts, double TextsInTime, IReadOnlyDictionary<string, double> Threads);

/// <summary>The server that is measured: one that is started for it, with its rules, or one that runs already.</summary>
internal sealed class LoadTarget : IAsyncDisposable
{
    private static readonly string TextLimit = (LoadLimits.TranscriptP99 / 1000).ToString(CultureInfo.InvariantCulture);

    private readonly HttpClient _http;
    private readonly LoadRules? _rules;

    private LoadTarget(Uri address, string? token, ServerProcess? process, LoadRules? rules)
    {
        (Address, Process, _rules) = (address, process, rules);
        _http = new HttpClient { BaseAddress = address };
        if (token is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public Uri Address { get; }

    /// <summary>Null when it was not started here.</summary>
    public ServerProcess? Process { get; }

    public static async Task<LoadTarget> OpenAsync(LoadOptions options, CancellationToken cancellation)
    {
        if (options.Server is { } address) return new LoadTarget(address, options.Token, null, null);
        var rules = new LoadRules(options.Rules ?? ProgramFolder.Find(Path.Combine("samples", "rules"),
            "name a rule file or folder with --rules"));
        try
        {
            // Two more for each place: the next call may open before the last one is forgotten.
            var process = await ServerProcess.StartAsync(options, rules.Folder, 3 * options.Calls + options.OpenBurst + 10, cancellation)
                .ConfigureAwait(false);
            return new LoadTarget(process.Address, null, process, rules);
        }
        catch
        {
            rules.Dispose();
            throw;
        }
    }

    /// <summary>Changes the rules on disk.</summary>
    public void ChangeRules() => (_rules ?? throw new BadInputException("the rules of a server that was not started here",
        "leave out --server")).Change();

    public async Task<ServerUsage> UsageAsync(CancellationToken cancellation)
    {
        var scrape = await MetricsScrape.OfAsync(_http, cancellation).ConfigureAwait(false);
        var process = Process is { } own ? ProcessUsage.Read(own.Id) : null;
        var resident = scrape.Sum("dotnet_process_memory_working_set_bytes") / (1 << 20);
        return new ServerUsage(process?.CpuSeconds ?? scrape.Sum("dotnet_process_cpu_time_seconds_total"), process?.ResidentMb ?? resident,
            process?.PeakMb ?? resident, scrape.By("speechqa_model_cpu_seconds_total", "model"), scrape.By("speechqa_shed_total", "kind"),
            scrape.Required("speechqa_audio_dropped_seconds_total"), scrape.Required("rtp_packets_lost_total"),
            scrape.Sum("speechqa_transcript_lag_seconds_count"), scrape.By("speechqa_transcript_lag_seconds_bucket", "le")
                .GetValueOrDefault(TextLimit), process?.ByThread ?? new Dictionary<string, double>());
    }

    /// <summary>Cores that the server may use.</summary>
    public async Task<int> CoresAsync(string? cores, CancellationToken cancellation) =>
        cores is not null ? CoreList(cores).Count
        : Process is not null ? Environment.ProcessorCount
        : (int)(await MetricsScrape.OfAsync(_http, cancellation).ConfigureAwait(false)).Sum("dotnet_process_cpus");

    /// <summary>Numbers of a list as taskset writes it.</summary>
    /// <exception cref="BadInputException">It is none.</exception>
    public static IReadOnlyList<int> CoreList(string cores)
    {
        List<int> list = [];
        foreach (var part in cores.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last) || last < first || last > 1023)
                throw new BadInputException($"cores '{cores}'", "write for example 0, 0,1 or 0-3");
            list.AddRange(Enumerable.Range(first, last - first + 1));
        }
        return [.. list.Distinct()];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (Process is not null) await Process.DisposeAsync().ConfigureAwait(false);
        _rules?.Dispose();
    }
}
