using System.CommandLine;
using Microsoft.Extensions.Logging;
using SpeechQA.Bench.Commands;
using SpeechQA.Host;
using SpeechQA.Host.Analysis;
using SpeechQA.Host.Commands;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.Noise;

/// <summary><c>evaluate noise</c>: text and alerts that come of calls without any speech. There should be none.</summary>
internal static class EvaluateNoiseCommand
{
    private sealed record Request(int Seconds, int Seed, string? Json, EngineOptions Engine, bool Verbose);

    public static Command Create()
    {
        var seconds = new Option<int>("--seconds")
        {
            Description = "Length of all calls together",
            HelpName = "N",
            DefaultValueFactory = _ => 3600
        };
        seconds.Validators.Add(r => r.InRange(1, 360_000));
        var seed = new Option<int>("--seed")
        {
            Description = "Another seed makes other sounds",
            HelpName = "N",
            DefaultValueFactory = _ => 1
        };
        var json = EvaluateCommand.Json();
        var command = new Command("noise", "Alerts an hour of silence, hold music, tones, keys, office noise and ringing") { seconds, seed,
            json };
        var engine = new EngineArguments(command);
        command.SetAction((parse, cancellation) => RunAsync(new Request(parse.GetValue(seconds), parse.GetValue(seed), parse.GetValue(json),
            engine.Read(parse), parse.GetValue(RootCommandFactory.Verbose)), ConsoleOutput.OfProcess(), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Request request, ConsoleOutput console, CancellationToken cancellation)
    {
        var log = new ErrorLines(console.Remark, request.Verbose);
        using var logs = LoggerFactory.Create(b => b.AddProvider(log));
        await using var setup = EngineSetup.Load(request.Engine, logs);
        var evaluation = new NoiseEvaluation(new CallAnalyzer(setup.Engine));
        await CallProgress.RunAsync(console, shown: true, "listening", NoiseEvaluation.Plan(request.Seconds).Count, done =>
            evaluation.RunAsync(request.Seconds, request.Seed, request.Engine.Workers + 1, done, cancellation)).ConfigureAwait(false);
        NoiseReport.Write(console, evaluation);
        if (request.Json is not null) NoiseReport.WriteJson(request.Json, evaluation);
        return log.Count > 0 ? ExitCode.Internal : ExitCode.Done;
    }
}
