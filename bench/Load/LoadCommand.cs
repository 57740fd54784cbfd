using System.CommandLine;
using System.Diagnostics;
using SpeechQA.Bench.Load.Calls;
using SpeechQA.Bench.Load.Server;
using SpeechQA.Engine.Core;
using SpeechQA.Host;
using SpeechQA.Host.Commands;

namespace SpeechQA.Bench.Load;

/// <summary><c>load</c>: many calls at a real server, and what that costs in latency, recall, CPU and memory.</summary>
internal static class LoadCommand
{
    private static readonly LoadOptions Defaults = new();
    private static readonly Option<int> Calls = Number("--calls", "Two-party calls that are live at a time", Defaults.Calls, 1, 5_000);
    private static readonly Option<double> Duration = Real("--duration", "Seconds that are measured", Defaults.Duration, 1, 86_400);
    private static readonly Option<double?> Ramp = new("--ramp")
    {
        Description = "Seconds over which the first calls open [default: 2 a call, at most 30 and a quarter of the duration]",
        HelpName = "S"
    };
    private static readonly Option<double> Warmup = Real("--warmup", "Seconds from the last opening to the measuring", Defaults.Warmup, 0,
        600);
    private static readonly Option<string?> Server = new("--server")
    {
        Description = "Server that runs already [default: one is started]",
        HelpName = "URL"
    };
    private static readonly Option<string?> Token = new("--token") { Description = "Its token", HelpName = "TOKEN" };
    private static readonly Option<string> Profile = new("--profile")
    {
        Description = "full, or finals: finals, inflection and rules only",
        HelpName = "NAME",
        DefaultValueFactory = _ => "full"
    };
    private static readonly Option<int?> Workers = new("--workers") { Description = "Workers of the started server", HelpName = "N" };
    private static readonly Option<string?> Cores = new("--cores")
    {
        Description = "Cores of the started server, as taskset writes them; the generator takes the others",
        HelpName = "LIST"
    };
    private static readonly Option<int> Port = Number("--port", "HTTP port of the started server; 0: a free one", 0, 0, 65_535);
    private static readonly Option<string?> RtpPorts = new("--rtp-ports")
    {
        Description = "UDP ports of the started server",
        HelpName = "FIRST-LAST"
    };
    private static readonly Option<string> More = new("--server-args")
    {
        Description = "More options of the started server, separated by spaces",
        HelpName = "TEXT",
        DefaultValueFactory = _ => ""
    };
    private static readonly Option<string?> Rules = new("--rules")
    {
        Description = "Its rules [default: samples/rules]; one that fires at every inflection window is added",
        HelpName = "PATH"
    };
    private static readonly Option<string?> Samples = new("--samples")
    {
        Description = "Folder of recordings with truth files [default: samples/audio]",
        HelpName = "PATH"
    };
    private static readonly Option<string> Only = new("--only")
    {
        Description = "Which of them, with *",
        HelpName = "PATTERN",
        DefaultValueFactory = _ => Defaults.Only
    };
    private static readonly Option<double?> From = new("--from")
    {
        Description = "Seconds of the recording that the first calls leave out [default: each another share]",
        HelpName = "S"
    };
    private static readonly Option<int> Pages = Number("--pages", "Pages that are connected and read", Defaults.Pages, 1, 100);
    private static readonly Option<double> Loss = Real("--loss", "Packets lost, percent", 0, 0, 100);
    private static readonly Option<double> Burst = Real("--burst", "Mean number of packets lost in a row", 1, 1, 100);
    private static readonly Option<int> Jitter = Number("--jitter", "Packets are up to this late, ms", 0, 0, 1_000);
    private static readonly Option<double> Reorder = Real("--reorder", "Packets that come after the next one, percent", 0, 0, 100);
    private static readonly Option<double> Drift = Real("--drift", "Error of the senders' clocks, ppm, one way and the other in turn", 0,
        -1_000, 1_000);
    private static readonly Option<int> OpenBurst = Number("--open-burst", "Calls opened at once in the middle, without audio", 0, 0,
        5_000);
    private static readonly Option<int> SlowPages = new("--slow-page")
    {
        Description = "Pages that stop reading",
        HelpName = "N",
        Arity = ArgumentArity.ZeroOrOne
    };
    private static readonly Option<double?> ReloadEvery = new("--reload-every")
    {
        Description = "Seconds between changes of the rules",
        HelpName = "S"
    };
    private static readonly Option<double?> SigtermAt = new("--sigterm-at")
    {
        Description = "Stop the server (SIGTERM) after so many seconds",
        HelpName = "S"
    };
    private static readonly Option<int?> OverloadThen = new("--overload-then")
    {
        Description = "Then let so many calls go on and see how soon the limits hold again",
        HelpName = "N"
    };
    private static readonly Option<bool> FindCapacity = new("--find-capacity")
    {
        Description = "Find the largest number of calls within the limits, beginning with --calls"
    };
    private static readonly Option<int> Most = Number("--most", "Most calls that --find-capacity tries", 200, 1, 5_000);
    private static readonly Option<double> Trial = Real("--trial", "Seconds of each of its short runs; --duration is that of the last", 60,
        1, 3_600);
    private static readonly Option<int> Seed = Number("--seed", "Decides what is lost, late and reordered", Defaults.Seed, 1, 1_000_000);
    private static readonly Option<string?> Json = new("--json") { Description = "Write the figures to this file", HelpName = "FILE" };

    public static Command Create()
    {
        var command = new Command("load", "Many calls at a real server: latency, recall, CPU, memory");
        SlowPages.DefaultValueFactory = _ => 0;
        SlowPages.CustomParser = r => r.Tokens.Count == 0 ? 1 : int.TryParse(r.Tokens[0].Value, out var n) && n is >= 0 and <= 100
            ? n
            : Fault(r, "--slow-page: give 0 to 100");
        Profile.AcceptOnlyFromAmong("full", "finals");
        foreach (var option in new Option[] { Calls, Duration, Ramp, Warmup, Server, Token, Profile, Workers, Cores, Port, RtpPorts, More,
            Rules, Samples, Only, From, Pages,
            Loss, Burst, Jitter, Reorder, Drift, OpenBurst, SlowPages, ReloadEvery, SigtermAt, OverloadThen, FindCapacity, Most, Trial,
                Seed, Json }) command.Options.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellation)
    {
        var options = Read(parse);
        if (options.Server is not null && (options.ReloadEvery is not null || options.SigtermAt is not null || options.Cores is not null))
            throw new BadInputException("--reload-every, --sigterm-at and --cores beside --server",
                "leave out --server: they need a server that is started here");
        if (options.SigtermAt >= options.Duration) throw new BadInputException("--sigterm-at after the end", "give less than --duration");
        if (options.OverloadThen > options.Calls) throw new BadInputException("--overload-then more than --calls", "give fewer");
        LeaveCores(options.Cores);
        var samples = await LoadSample.LoadAsync(options.Samples ?? ProgramFolder.Find(Path.Combine("samples", "audio"),
            "name the folder with --samples"), options.Only, cancellation).ConfigureAwait(false);
        var report = parse.GetValue(FindCapacity)
            ? await new CapacitySearch((calls, seconds) =>
                new LoadRun(options with { Calls = calls, Duration = seconds }, samples, Console.Error).RunAsync(cancellation),
                Console.Error)
                .RunAsync(options.Calls, parse.GetValue(Most), parse.GetValue(Trial), options.Duration).ConfigureAwait(false)
            : await new LoadRun(options, samples, Console.Error).RunAsync(cancellation).ConfigureAwait(false);
        foreach (var line in LoadText.Lines(report)) Console.WriteLine(line);
        if (parse.GetValue(Json) is { } file)
            await File.WriteAllTextAsync(file, report.ToJson() + "\n", cancellation).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static LoadOptions Read(ParseResult parse) => new()
    {
        Calls = parse.GetValue(Calls),
        Duration = parse.GetValue(Duration),
        Ramp = parse.GetValue(Ramp),
        Warmup = parse.GetValue(Warmup),
        Server = parse.GetValue(Server) is { } url ? ServerOf(url) : null,
        Token = parse.GetValue(Token),
        Profile = parse.GetValue(Profile) == "finals" ? LoadProfile.Finals : LoadProfile.Full,
        Workers = parse.GetValue(Workers),
        Cores = parse.GetValue(Cores),
        Port = parse.GetValue(Port),
        RtpPorts = parse.GetValue(RtpPorts),
        ServerArguments = parse.GetValue(More)!.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Rules = parse.GetValue(Rules),
        Samples = parse.GetValue(Samples),
        Only = parse.GetValue(Only)!,
        From = parse.GetValue(From),
        Pages = parse.GetValue(Pages),
        Network = new Impairment
        {
            LossPercent = parse.GetValue(Loss),
            LossBurst = parse.GetValue(Burst),
            JitterMs = parse.GetValue(Jitter),
            ReorderPercent = parse.GetValue(Reorder),
            DriftPpm = parse.GetValue(Drift),
        },
        OpenBurst = parse.GetValue(OpenBurst),
        SlowPages = parse.GetValue(SlowPages),
        ReloadEvery = parse.GetValue(ReloadEvery),
        SigtermAt = parse.GetValue(SigtermAt),
        OverloadThen = parse.GetValue(OverloadThen),
        Seed = parse.GetValue(Seed),
    };

    /// <summary>What the server does not have is the generator's; where it has all, they share.</summary>
    private static void LeaveCores(string? cores)
    {
        if (cores is null || !OperatingSystem.IsLinux()) return;
        var mask = 0L;
        foreach (var core in Enumerable.Range(0, Math.Min(63, Environment.ProcessorCount)).Except(LoadTarget.CoreList(cores)))
            mask |= 1L << core;
        using var own = Process.GetCurrentProcess();
        if (mask != 0) own.ProcessorAffinity = (nint)mask;
    }

    private static Uri ServerOf(string url) => Uri.TryCreate(url.TrimEnd('/') + '/', UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        ? uri
        : throw new BadInputException($"--server {url}", "write for example http://127.0.0.1:5080");

    private static int Fault(System.CommandLine.Parsing.ArgumentResult result, string error)
    {
        result.AddError(error);
        return 0;
    }

    private static Option<int> Number(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => usual };
        option.Validators.Add(r => r.InRange(least, most));
        return option;
    }

    private static Option<double> Real(string name, string description, double usual, double least, double most)
    {
        var option = new Option<double>(name) { Description = description, HelpName = "X", DefaultValueFactory = _ => usual };
        option.Validators.Add(r => r.InRange(least, most));
        return option;
    }
}
