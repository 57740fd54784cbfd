using System.CommandLine;
using System.Globalization;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Commands;

/// <summary><c>speechqa models</c>: what lies in the folder of models, under which licence, and whether it is unchanged.</summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var models = new Option<string?>("--models")
        {
            Description = "Folder of the models [default: models beside the program]",
            HelpName = "PATH",
        };
        var command = new Command("models", "List the models with their licences and check their files (SHA-256)") { models };
        command.SetAction(parse => Run(ModelFolder.Find(parse.GetValue(models)), ConsoleOutput.OfProcess()));
        command.Subcommands.Add(ExportGgmlCommand.Create());
        return command;
    }

    /// <returns>The exit code: bad input when a file is not as the manifest says.</returns>
    internal static int Run(ModelFolder folder, ConsoleOutput console)
    {
        var table = new ReportTable(new("model", false), new("files"), new("MB"), new("licence", false), new("check", false),
            new("purpose", false));
        var wrong = new List<string>();
        foreach (var model in folder.Models)
        {
            var files = folder.Files.Where(f => f.Model == model).ToList();
            var faults = files.Select(f => (File: f, Status: f.Check())).Where(f => f.Status != ModelFileStatus.Ok).ToList();
            wrong.AddRange(faults.Select(f =>
                $"error: {f.File.FullPath}: {Text(f.Status)}; restore the models folder from the release or the repository "
                + "(git checkout -- models)"));
            table.Add(model.Name, files.Count.ToString(CultureInfo.InvariantCulture),
                (files.Sum(f => f.Entry.Bytes) / 1e6).ToString("F1", CultureInfo.InvariantCulture), model.Licence,
                faults.Count == 0 ? "ok" : string.Join(", ", faults.Select(f => $"{f.File.Entry.Path} {Text(f.Status)}")), model.Purpose);
        }
        table.Write(console);
        foreach (var model in folder.Models.Where(m => m.Notice is not null)) console.Out.WriteLine($"note: {model.Name}: {model.Notice}");
        foreach (var line in wrong) console.Remark(line);
        return wrong.Count > 0 ? ExitCode.BadInput : ExitCode.Done;
    }

    private static string Text(ModelFileStatus status) => status switch
    {
        ModelFileStatus.Ok => "ok",
        ModelFileStatus.Missing => "is missing",
        ModelFileStatus.Changed => "is changed: its size or SHA-256 is not the manifest's",
        _ => "cannot be read",
    };
}
