using System.CommandLine;
using SpeechQA.Host.Analysis;
using SpeechQA.Host.Evaluation;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Commands;

/// <summary><c>speechqa evaluate calls</c>: alerts of sample calls against what is known to happen in them.</summary>
internal static class EvaluateCallsCommand
{
    private sealed record Request(string[] Folders, string? Language, string? Json, string? Alerts, EngineOptions Engine, bool Verbose);

    public static Command Create()
    {
        var folders = EvaluateCommand.Folders("Folders of sample calls (WAV and .truth.json)");
        var alerts = new Option<string?>("--alerts") { Description = "Also write NAME.alerts.json of each call into this folder", HelpName = "FOLDER" };
        var language = EvaluateCommand.Language();
        var json = EvaluateCommand.Json();
        var command = new Command("calls", "Recall, precision and delay of the alerts") { folders, language, json, alerts };
        var engine = new EngineArguments(command);
        command.SetAction((parse, cancellation) =>
        {
            var options = engine.Read(parse);
            var spoken = parse.GetValue(language);
            return RunAsync(new Request(parse.GetValue(folders)!, spoken is null ? null : EvaluateCommand.Known(spoken, options),
                parse.GetValue(json), parse.GetValue(alerts), options, parse.GetValue(RootCommandFactory.Verbose)), Screen.OfProcess(), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(Request request, Screen screen, CancellationToken cancellation)
    {
        var samples = request.Folders.SelectMany(SampleCall.Find).ToList();
        var log = new ErrorLines(screen.Remark, request.Verbose);
        using var logs = LoggerFactory.Create(b => b.AddProvider(log));
        await using var setup = EngineSetup.Load(request.Engine, logs);
        using var sounds = new SoundCounts();
        var evaluation = new CallEvaluation(new CallAnalyzer(setup.Engine));
        await CallProgress.RunAsync(screen, shown: true, "analysing", samples.Count, done =>
            evaluation.RunAsync(samples, request.Language, request.Alerts, request.Engine.Workers + 1, done, cancellation)).ConfigureAwait(false);
        CallReport.Write(screen, evaluation);
        screen.Out.WriteLine(sounds.Line(evaluation.Calls.Values.Sum(c => c.Duration)));
        if (request.Json is not null) CallReport.WriteJson(request.Json, evaluation.Score);
        foreach (var fault in evaluation.Faults) screen.Remark($"error: {fault}");
        return log.Count > 0 ? ExitCode.Internal : evaluation.Faults.Count > 0 ? ExitCode.BadInput : ExitCode.Done;
    }
}
