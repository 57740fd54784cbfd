using System.CommandLine;
using SpeechQA.Bench.Commands;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Host;
using SpeechQA.Host.Commands;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.Inflection;

/// <summary><c>evaluate inflection</c>: how well the model of the voice tells emotions in labelled clips.</summary>
internal static class EvaluateInflectionCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "Folder of clips with labels.csv, or a folder of such folders" };
        var models = new Option<string?>("--models")
        {
            Description = "Folder of the models [default: models beside the program]",
            HelpName = "PATH"
        };
        var inflection = new Option<string?>("--inflection")
        {
            Description = "Folder of the inflection model [default: inflection among the models]",
            HelpName = "PATH"
        };
        var workers = new Option<int>("--workers")
        {
            Description = "Clips at the same time, 1..64",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount
        };
        workers.Validators.Add(r => r.InRange(1, 64));
        var json = EvaluateCommand.Json();
        var command = new Command("inflection", "AUC, UAR and calibration of the inflection model, and how it hears each emotion") { path,
            models, inflection, workers, json };
        command.SetAction((parse, cancellation) => RunAsync(parse.GetValue(path)!, parse.GetValue(models), parse.GetValue(inflection),
            parse.GetValue(workers), parse.GetValue(json), ConsoleOutput.OfProcess(), cancellation));
        return command;
    }

    internal static async Task<int> RunAsync(string path, string? models, string? inflection, int workers, string? json,
        ConsoleOutput console, CancellationToken cancellation)
    {
        // Counted first: no models are loaded for a folder that holds nothing.
        var clips = InflectionLabels.Read(path).Sum(c => c.Clips.Count);
        using var sessions = new ModelSessions(ModelFolder.Find(models));
        using var head = InflectionHead.Open(inflection, sessions);
        if (head.Model is not { } model)
            throw new BadInputException("--inflection none leaves nothing to measure", "name a model, or leave the option out");
        IReadOnlyList<CorpusFigures> figures = [];
        var evaluation = new InflectionEvaluation(model, workers);
        await CallProgress.RunAsync(console, shown: true, "listening", clips, async done =>
            figures = await evaluation.RunAsync(path, done, cancellation).ConfigureAwait(false)).ConfigureAwait(false);
        InflectionReport.Write(console, figures);
        if (json is not null) InflectionReport.WriteJson(json, figures);
        return ExitCode.Done;
    }
}
