using SpeechQA.Engine;
using SpeechQA.Engine.Inference;
using SpeechQA.Host.Commands;

namespace SpeechQA.Bench.Ggml;

/// <summary><c>ggml OUT</c>: the committed Whisper as a file of whisper.cpp.</summary>
internal static class GgmlCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var path])
        {
            await Console.Error.WriteLineAsync("usage: ggml OUT").ConfigureAwait(false);
            return ExitCode.BadInput;
        }
        try
        {
            await using (var file = File.Create(path)) WhisperGgml.Write(ModelFolder.Find(), "whisper-base", file);
            Console.WriteLine($"{path}: {new FileInfo(path).Length / 1e6:0.0} MB");
            return ExitCode.Done;
        }
        catch (Exception e) when (e is BadInputException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}").ConfigureAwait(false);
            return ExitCode.BadInput;
        }
    }
}
