using SpeechQA.Engine.Core;
using SpeechQA.WhisperNet.Ggml;
using Whisper.net;

namespace SpeechQA.WhisperNet;

/// <summary>Loads a checked model file into whisper.cpp.</summary>
internal static class NativeModel
{
    /// <summary>Memory in which whisper.cpp aligns words, touched as far as it is needed; with too little it ends the process.</summary>
    private const uint AlignmentMemory = 512u << 20;

    /// <exception cref="BadInputException">The native library or the model cannot be loaded.</exception>
    public static WhisperFactory Load(string path, GgmlSizes sizes)
    {
        var heads = AlignmentHeads.Of(sizes);
        WhisperFactory factory;
        try
        {
            factory = WhisperFactory.FromPath(path, new WhisperFactoryOptions
            {
                UseDtwTimeStamps = heads != WhisperAlignmentHeadsPreset.None,
                HeadsPreset = heads,
                DtwMemSize = AlignmentMemory,
            });
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new BadInputException($"Whisper.net's native library cannot be loaded ({OneLine(e.Message)})",
                "install libgomp1 (Debian, Ubuntu) or libgomp, or use the default recogniser", e);
        }
        try
        {
            _ = factory.CreateBuilder();
            return factory;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            factory.Dispose();
            throw new BadInputException($"{path}: whisper.cpp cannot load the model ({OneLine(e.Message)})",
                "give a model that whisper.cpp runs, such as 'speechqa models export-ggml FILE' writes", e);
        }
    }

    private static string OneLine(string message) =>
        string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
}
