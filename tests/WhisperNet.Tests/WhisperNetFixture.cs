using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Inference.Models;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Speech.Recognition;
using SpeechQA.Engine.Speech.Recognition.Whisper;
using SpeechQA.WhisperNet.Ggml;

namespace SpeechQA.WhisperNet.Tests;

/// <summary>
/// The committed Whisper as a ggml file, and a recogniser that runs it beside the default one; for all tests of the collection.
/// </summary>
public sealed class WhisperNetFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("speechqa-ggml");
    private ModelSessions? _sessions;
    private WhisperNetRecognizer? _recognizer;
    private string? _missing;

    /// <summary>The exported file.</summary>
    public string Model => Path.Combine(_folder.FullName, "ggml-base.bin");

    public WhisperRecognizer Default { get; private set; } = null!;

    /// <summary>Two workers. The test is skipped where the native library cannot be loaded.</summary>
    public WhisperNetRecognizer Recognizer
    {
        get
        {
            Skip.If(_missing is not null, _missing);
            return _recognizer!;
        }
    }

    public Task InitializeAsync()
    {
        using (var file = File.Create(Model)) WhisperGgml.Write(ModelFolder.Find(), file);
        _sessions = new ModelSessions(ModelFolder.Find());
        Default = new WhisperRecognizer(_sessions, new WhisperOptions { Workers = 1 });
        try
        {
            _recognizer = new WhisperNetRecognizer(Model, 2);
        }
        catch (BadInputException e) when (e.Cause.Contains("native library", StringComparison.Ordinal))
        {
            _missing = e.Message;
        }
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_recognizer is not null) await _recognizer.DisposeAsync();
        await Default.DisposeAsync();
        _sessions!.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>A clip of the engine's tests at 16 kHz.</summary>
    internal static async Task<float[]> ClipAsync(string name)
    {
        await using var recording = await Recordings.OpenAsync(Repository.Path("tests", "Engine.Tests", "Assets", "asr", name));
        var resampler = new Resampler(recording.SampleRate);
        var samples = new List<float>();
        var pcm = new short[4096];
        var part = new float[Math.Max(resampler.MostOutputs(pcm.Length), resampler.MostOutputs(0))];
        while (await recording.ReadAsync(pcm) is var frames and > 0)
            samples.AddRange(part.AsSpan(0, resampler.Process(pcm.AsSpan(0, frames), part)));
        samples.AddRange(part.AsSpan(0, resampler.Flush(part)));
        return [.. samples];
    }

    internal static async Task<RecognitionRequest> RequestAsync(
        string clip, string language, RecognitionKind kind = RecognitionKind.Final) =>
        new(await ClipAsync(clip), new LegLanguage(language), kind);
}

[CollectionDefinition(Name)]
public sealed class WhisperNetCollection : ICollectionFixture<WhisperNetFixture>
{
    public const string Name = "Whisper.net";
}
