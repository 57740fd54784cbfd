using SpeechQA.Engine.Core;

namespace SpeechQA.Engine.Ingest.Input;

/// <summary>Files and standard input, opened with one clear line when that fails.</summary>
internal static class InputFile
{
    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>What messages call a path.</summary>
    public static string NameOf(string path) => path == StandardInput ? "standard input" : path;

    /// <exception cref="BadInputException">Missing, a folder, or not to be read.</exception>
    public static Stream Open(string path)
    {
        if (path == StandardInput) return Console.OpenStandardInput();
        if (Directory.Exists(path)) throw new BadInputException($"{path}: a folder", "give a file");
        try
        {
            // Unbuffered: the pipe behind it reads in large blocks.
            return new FileStream(path, new FileStreamOptions
            {
                BufferSize = 0,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            throw new BadInputException($"{path}: no such file", "check the path", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path}: cannot be read ({error.Message})", "check its permissions", error);
        }
    }
}
