using System.CommandLine;
using System.Globalization;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Host.Output;
using SpeechQA.WhisperNet.Ggml;

namespace SpeechQA.Host.Commands;

/// <summary><c>speechqa models export-ggml</c>: the Whisper of the models folder as a file for <c>--recognizer whisper-net</c>.</summary>
internal static class ExportGgmlCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("OUT") { Description = "File to write, 148 MB" };
        var models = new Option<string?>("--models")
        {
            Description = "Folder of the models [default: models beside the program]",
            HelpName = "PATH",
        };
        var command = new Command("export-ggml", "Write the Whisper model in whisper.cpp's ggml format") { file, models };
        command.SetAction(parse => Run(ModelFolder.Find(parse.GetValue(models)), parse.GetValue(file)!, ConsoleOutput.OfProcess()));
        return command;
    }

    /// <summary>Writes beside the file first: who finds it finds all of it.</summary>
    /// <exception cref="BadInputException">The file cannot be written, or a file of the model is missing or changed.</exception>
    internal static int Run(ModelFolder folder, string path, ConsoleOutput screen)
    {
        var part = path + ".part";
        try
        {
            using (var file = File.Create(part)) WhisperGgml.Write(folder, file);
            File.Move(part, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be written ({e.Message})",
                "name a file in a folder that exists and may be written", e);
        }
        screen.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {new FileInfo(path).Length / 1e6:0.0} MB"));
        return ExitCode.Done;
    }
}
