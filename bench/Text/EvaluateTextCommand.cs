using System.CommandLine;
using SpeechQA.Bench.Commands;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.TextModels;
using SpeechQA.Host;
using SpeechQA.Host.Commands;
using SpeechQA.Host.Output;

namespace SpeechQA.Bench.Text;

/// <summary><c>evaluate text</c>: the tables of the text model's card, measured through the program.</summary>
internal static class EvaluateTextCommand
{
    private static readonly string Tools = Path.Combine("models", "tools", "text");

    public static Command Create()
    {
        var path = new Argument<string?>("PATH")
        {
            Description = "Labelled utterances [default: models/tools/text/utterances.csv]",
            Arity = ArgumentArity.ZeroOrOne
        };
        var card = new Option<string?>("--card")
        {
            Description = "Figures to compare with [default: card.csv beside the utterances, if it is there]",
            HelpName = "FILE"
        };
        var models = new Option<string?>("--models")
        {
            Description = "Folder of the models [default: models beside the program]",
            HelpName = "PATH"
        };
        var json = EvaluateCommand.Json();
        var command = new Command("text", "Recall and false alarms of meanings, intents and sentiment, beside the card's") { path, card,
            models, json };
        command.SetAction(parse => Run(parse.GetValue(path) ?? ProgramFolder.Find(Path.Combine(Tools, "utterances.csv"),
            "name the utterances"),
            parse.GetValue(card), parse.GetValue(models), parse.GetValue(json), ConsoleOutput.OfProcess()));
        return command;
    }

    internal static int Run(string path, string? card, string? models, string? json, ConsoleOutput console)
    {
        var rows = TextUtterance.Read(path);
        card ??= Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "card.csv") is var beside && File.Exists(beside)
            ? beside
            : null;
        var stated = card is null ? null : TextFigure.ReadCard(card);
        using var sessions = new ModelSessions(ModelFolder.Find(models));
        using var model = TextModel.Open(sessions);
        var figures = new TextEvaluation(model, rows).Run();
        TextReport.Write(console, figures, stated);
        if (json is not null) TextReport.WriteJson(json, figures, stated);
        return ExitCode.Done;
    }
}
