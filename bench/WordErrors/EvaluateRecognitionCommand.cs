using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SpeechQA.Bench.Commands;
using SpeechQA.Bench.Reports;
using SpeechQA.Bench.Truth;
using SpeechQA.Engine.Core;
using SpeechQA.Host;
using SpeechQA.Host.Analysis;
using SpeechQA.Host.Commands;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.WordErrors;

/// <summary><c>evaluate recognition</c>: word error rates through the program's own segmentation, and what it costs.</summary>
internal static class EvaluateRecognitionCommand
{
    private sealed record Request(string[] Folders, string[] Sets, int? Limit, string? Language, string? Json, int Worst,
        EngineOptions Engine, bool Verbose);

    public static Command Create()
    {
        var folders = EvaluateCommand.Folders("Folders of sample calls (WAV and .truth.json), or of clips with labels.csv");
        var sets = new Option<string[]>("--set")
        {
            Description = "Only this set (first folder of a clip's path); may be repeated",
            HelpName = "NAME"
        };
        var limit = new Option<int?>("--limit") { Description = "Only the first so many recordings of each set", HelpName = "N" };
        limit.Validators.Add(r => r.InRange(1, int.MaxValue));
        var worst = new Option<int>("--worst") { Description = "Also show the so many worst utterances", HelpName = "N" };
        worst.Validators.Add(r => r.InRange(0, int.MaxValue));
        var language = EvaluateCommand.Language();
        var json = EvaluateCommand.Json();
        var command = new Command("recognition", "Word error rate and cost of recognition") { folders, sets, limit, language, worst, json };
        var engine = new EngineArguments(command);
        command.SetAction((parse, cancellation) =>
        {
            var options = engine.Read(parse);
            var spoken = parse.GetValue(language);
            return RunAsync(new Request(parse.GetValue(folders)!, parse.GetValue(sets) ?? [], parse.GetValue(limit),
                spoken is null ? null : EngineArguments.KnownLanguage(spoken, options), parse.GetValue(json), parse.GetValue(worst),
                    options,
                parse.GetValue(RootCommandFactory.Verbose)), ConsoleOutput.OfProcess(), cancellation);
        });
        return command;
    }

    private static async Task<int> RunAsync(Request request, ConsoleOutput console, CancellationToken cancellation)
    {
        var recordings = Chosen(request);
        var log = new ErrorLines(console.Remark, request.Verbose);
        using var logs = LoggerFactory.Create(b => b.AddProvider(log));
        await using var setup = EngineSetup.Load(request.Engine, logs);
        using var sounds = new SoundCounts();
        var evaluation = new RecognitionEvaluation(new CallAnalyzer(setup.Engine),
            setup.Recognizer as Engine.Speech.Recognition.Whisper.WhisperRecognizer);
        await CallProgress.RunAsync(console, shown: true, "recognising", recordings.Count, done =>
            evaluation.RunAsync(recordings, request.Language, 4 * request.Engine.Workers, done, cancellation)).ConfigureAwait(false);
        RecognitionReport.Write(console, evaluation, request.Worst);
        console.Out.WriteLine(sounds.Line(evaluation.Cost.Audio));
        if (request.Json is not null) RecognitionReport.WriteJson(request.Json, evaluation);
        foreach (var fault in evaluation.Faults) console.Remark($"error: {fault}");
        return log.Count > 0 ? ExitCode.Internal : evaluation.Faults.Count > 0 ? ExitCode.BadInput : ExitCode.Done;
    }

    private static List<LabelledAudio> Chosen(Request request)
    {
        string SetOf(LabelledAudio r) => r.Labels[0].Label.File.Split('/')[0];
        var chosen = request.Folders.SelectMany(LabelledAudio.Find)
            .Where(r => request.Sets.Length == 0 || request.Sets.Contains(SetOf(r)))
            .Where(r => request.Engine.Languages.Contains(r.Language))
            .GroupBy(SetOf).SelectMany(g => g.Take(request.Limit ?? int.MaxValue)).ToList();
        return chosen.Count > 0 ? chosen
            : throw new BadInputException(string.Create(CultureInfo.InvariantCulture,
                $"{string.Join(", ", request.Folders)}: no recording is left to measure"),
                "check --set and --languages");
    }
}
