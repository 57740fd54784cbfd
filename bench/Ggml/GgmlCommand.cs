using System.CommandLine;
using SpeechQA.Engine;
using SpeechQA.Engine.Inference;
using SpeechQA.Host.Commands;

namespace SpeechQA.Bench.Ggml;

/// <summary><c>ggml OUT</c>: the committed Whisper as a file of whisper.cpp.</summary>
internal static class GgmlCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("OUT") { Description = "The file that is written" };
        var command = new Command("ggml", "Write the committed Whisper as a file of whisper.cpp") { path };
        command.SetAction((parse, _) => RunAsync(parse.GetValue(path)!));
        return command;
    }

    private static async Task<int> RunAsync(string path)
    {
        try
        {
            await using (var file = File.Create(path)) WhisperGgml.Write(ModelFolder.Find(), "whisper-base", file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: {e.Message.ReplaceLineEndings(" ")}", "name a file that can be written", e);
        }
        Console.WriteLine($"{path}: {new FileInfo(path).Length / 1e6:0.0} MB");
        return ExitCode.Done;
    }
}
