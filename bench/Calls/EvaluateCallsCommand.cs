using System.CommandLine;
using Microsoft.Extensions.Logging;
using SpeechQA.Bench.Commands;
using SpeechQA.Bench.Reports;
using SpeechQA.Bench.Truth;
using SpeechQA.Engine;
using SpeechQA.Engine.Core;
using SpeechQA.Host;
using SpeechQA.Host.Analysis;
using SpeechQA.Host.Commands;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.Calls;

/// <summary>
/// <c>evaluate calls</c>: alerts of sample calls against what is known to happen in them; of recordings without
/// truth files the alerts alone, each with its evidence, and how many an hour.
/// </summary>
internal static class EvaluateCallsCommand
{
    private sealed record Request(string[] Folders, string? Language, string? Json, string? Alerts, IReadOnlyList<LineGain> Lines,
        int AgentChannel, EngineOptions Engine, bool Verbose);

    public static Command Create()
    {
        var folders =
            EvaluateCommand.Folders("Folders of sample calls (WAV and .truth.json); recordings and folders without truth files: their "
            + "alerts are listed");
        var alerts = new Option<string?>("--alerts")
        {
            Description = "Also write NAME.alerts.json of each call into this folder",
            HelpName = "FOLDER"
        };
        var gain = new Option<string?>("--gain")
        {
            Description = "Also hear the calls through lines of other gain, dB: 1,3,6",
            HelpName = "LIST"
        };
        var step = new Option<string?>("--step")
        {
            Description = "Also hear them through lines whose gain steps, dB at a second: 6@30,6@50",
            HelpName = "LIST"
        };
        gain.Validators.Add(r => Check(r.GetValueOrDefault<string?>(), timed: false, r.AddError));
        step.Validators.Add(r => Check(r.GetValueOrDefault<string?>(), timed: true, r.AddError));
        var agent = new Option<int>("--agent-channel")
        {
            Description = "Channel of the agent where no truth file says it, 1 or 2",
            HelpName = "N",
            DefaultValueFactory = _ => 1
        };
        agent.Validators.Add(r => r.InRange(1, 2));
        var language = EvaluateCommand.Language();
        var json = EvaluateCommand.Json();
        var command = new Command("calls", "Recall, precision and delay of the alerts") { folders, language, json, alerts, gain, step,
            agent };
        var engine = new EngineArguments(command);
        command.SetAction((parse, cancellation) =>
        {
            var options = engine.Read(parse);
            var spoken = parse.GetValue(language);
            IReadOnlyList<LineGain> lines = [.. Lines(parse.GetValue(gain), false), .. Lines(parse.GetValue(step), true)];
            return RunAsync(new Request(parse.GetValue(folders)!, spoken is null ? null : EngineArguments.KnownLanguage(spoken, options),
                parse.GetValue(json), parse.GetValue(alerts), lines, parse.GetValue(agent), options,
                    parse.GetValue(RootCommandFactory.Verbose)), ConsoleOutput.OfProcess(), cancellation);
        });
        return command;
    }

    private static void Check(string? list, bool timed, Action<string> error)
    {
        if (list is not null && LineGain.Parse(list, timed) is null)
            error(timed
                ? $"--step {list}: write dB@SECOND like 6@30, {LineGain.Least}..{LineGain.Most} dB"
                : $"--gain {list}: write dB like 1,3,6, {LineGain.Least}..{LineGain.Most}");
    }

    private static IReadOnlyList<LineGain> Lines(string? list, bool timed) => list is null ? [] : LineGain.Parse(list, timed) ?? [];

    private static async Task<int> RunAsync(Request request, ConsoleOutput console, CancellationToken cancellation)
    {
        var samples = request.Folders.Select(f => (Folder: f, Calls: SampleCall.Find(f))).ToList();
        var known = samples.SelectMany(s => s.Calls).ToList();
        var unknown = AnalysisInput.Find(samples.Where(s => s.Calls.Count == 0).Select(s => s.Folder));
        if (known.Count > 0 && unknown.Count > 0)
            throw new UsageException("calls with and without truth files are measured apart; give one kind at a time");
        if (known.Count == 0 && (request.Lines.Count > 0 || request.Alerts is not null))
            throw new BadInputException($"{string.Join(", ", request.Folders)}: no {CallTruth.Ending} file, which --gain, --step and "
                + $"--alerts need", "give a folder of sample calls");
        var log = new ErrorLines(console.Remark, request.Verbose);
        using var logs = LoggerFactory.Create(b => b.AddProvider(log));
        await using var setup = EngineSetup.Load(request.Engine, logs);
        var faults = known.Count > 0
            ? await ScoreAsync(request, known, setup.Engine, console, cancellation).ConfigureAwait(false)
            : await ListAsync(request, unknown, setup.Engine, console, cancellation).ConfigureAwait(false);
        foreach (var fault in faults) console.Remark($"error: {fault}");
        return log.Count > 0 ? ExitCode.Internal : faults.Count > 0 ? ExitCode.BadInput : ExitCode.Done;
    }

    private static async Task<IReadOnlyList<string>> ScoreAsync(Request request, IReadOnlyList<SampleCall> samples, SpeechEngine engine,
        ConsoleOutput console, CancellationToken cancellation)
    {
        var plain = new CallEvaluation(new CallAnalyzer(engine));
        var lines = new LineReport();
        using var sounds = new SoundCounts();
        await CallProgress.RunAsync(console, shown: true, "analysing", samples.Count * (1 + request.Lines.Count), async done =>
        {
            await plain.RunAsync(samples, request.Language, request.Alerts, request.Engine.Workers + 1, done, cancellation)
                .ConfigureAwait(false);
            lines.Add(LineGain.None, plain);
            foreach (var gain in request.Lines)
            {
                var other = new CallEvaluation(new CallAnalyzer(engine, gain.Through));
                await other.RunAsync(samples, request.Language, null, request.Engine.Workers + 1, done, cancellation).ConfigureAwait(false);
                lines.Add(gain, other);
            }
        }).ConfigureAwait(false);
        CallReport.Write(console, plain);
        console.Out.WriteLine(sounds.Line(plain.Calls.Values.Sum(c => c.Duration) * (1 + request.Lines.Count)));
        if (request.Lines.Count > 0) lines.Write(console);
        if (request.Json is not null) CallReport.WriteJson(request.Json, plain);
        return plain.Faults;
    }

    private static async Task<IReadOnlyList<string>> ListAsync(Request request, IReadOnlyList<AnalysisInput> inputs, SpeechEngine engine,
        ConsoleOutput console, CancellationToken cancellation)
    {
        var list = new AlertList();
        using var sounds = new SoundCounts();
        await CallProgress.RunAsync(console, shown: true, "analysing", inputs.Count, done => list.RunAsync(new CallAnalyzer(engine), inputs,
            new AnalysisSettings(request.Language ?? "auto", request.AgentChannel), request.Engine.Workers + 1, done, cancellation))
                .ConfigureAwait(false);
        list.Write(console);
        console.Out.WriteLine(sounds.Line(list.Hours * 3600));
        if (request.Json is not null) list.WriteJson(request.Json);
        return list.Faults;
    }
}
