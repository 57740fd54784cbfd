using System.CommandLine;
using Microsoft.Extensions.Logging;
using SpeechQA.Bench.Commands;
using SpeechQA.Bench.Truth;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.Host;
using SpeechQA.Host.Commands;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.Partials;

/// <summary><c>evaluate partials</c>: text and alerts that come before their final, and what they cost.</summary>
internal static class EvaluatePartialsCommand
{
    public static Command Create()
    {
        var folders = EvaluateCommand.Folders("Folders of sample calls (WAV and .truth.json)");
        var json = EvaluateCommand.Json();
        var command = new Command("partials", "Early alerts, stable words, and the cost of partials, in audio time") { folders, json };
        var engine = new EngineArguments(command);
        command.SetAction((parse, cancellation) => RunAsync(parse.GetValue(folders)!, parse.GetValue(json), engine.Read(parse),
            parse.GetValue(RootCommandFactory.Verbose), ConsoleOutput.OfProcess(), cancellation));
        return command;
    }

    internal static async Task<int> RunAsync(string[] folders, string? json, EngineOptions options, bool verbose, ConsoleOutput console,
        CancellationToken cancellation)
    {
        var samples = folders.SelectMany(SampleCall.Find).ToList();
        var log = new ErrorLines(console.Remark, verbose);
        using var logs = LoggerFactory.Create(b => b.AddProvider(log));
        PartialMeter? meter = null;
        await using var setup = EngineSetup.Load(options, logs, watch: recognizer => meter = new PartialMeter(recognizer));
        if (setup.Recognizer is not WhisperRecognizer recognizer)
            throw new UsageException("evaluate partials measures the default recogniser alone");
        var evaluation = new PartialEvaluation(setup.Engine, meter!, recognizer);
        await CallProgress.RunAsync(console, shown: true, "listening", 3 * samples.Count, done =>
            evaluation.RunAsync(samples, options.Workers, done, cancellation)).ConfigureAwait(false);
        PartialReport.Write(console, evaluation);
        if (json is not null) PartialReport.WriteJson(json, evaluation);
        return log.Count > 0 || evaluation.Differing.Count > 0 ? ExitCode.Internal : ExitCode.Done;
    }
}
