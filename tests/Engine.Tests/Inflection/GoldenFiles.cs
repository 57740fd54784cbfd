using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Inflection;

namespace SpeechQA.Engine.Tests.Inflection;

/// <summary>What the reference wrote, and the sample calls it was written for.</summary>
internal static class GoldenFiles
{
    public static string Repository { get; } = Find();

    public static string Models => Path.Combine(Repository, "models", "inflection");

    public static string Asset(string name) => Path.Combine(Repository, "tests", "Engine.Tests", "Assets", "inflection", name);

    public static JsonDocument Json(string name) => JsonDocument.Parse(File.ReadAllBytes(Asset(name)));

    public static InflectionConfig Config() => InflectionConfig.Read(Path.Combine(Models, "config.json"));

    public static InferenceSession Session()
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        return new InferenceSession(Path.Combine(Models, "inflection.onnx"), options);
    }

    /// <summary>One channel of a stereo 16-bit sample call at 8 kHz, -1..1.</summary>
    /// <param name="file">Path in the repository.</param>
    public static float[] Call(string file, int channel)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Repository, file));
        var data = bytes.AsSpan().IndexOf("data"u8) + 8;
        var samples = new float[(bytes.Length - data) / 4];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(data + 4 * i + 2 * channel)) / 32768f;
        return samples;
    }

    /// <summary>24000 samples from <paramref name="start"/>, zeros after the end.</summary>
    public static float[] Window(JsonElement row)
    {
        var call = Call(row.GetProperty("file").GetString()!, row.GetProperty("channel").GetInt32());
        var window = new float[InflectionAudio.WindowSamples];
        var rest = call.AsSpan(row.GetProperty("start").GetInt32());
        rest[..Math.Min(rest.Length, window.Length)].CopyTo(window);
        return window;
    }

    /// <summary>A leg at 8 kHz as the engine has it: at 16 kHz, every second sample the original.</summary>
    public static float[] Wideband(ReadOnlySpan<float> samples)
    {
        var resampler = new Resampler(InflectionAudio.Rate);
        var output = new float[2 * samples.Length];
        var pcm = new short[samples.Length];
        for (var i = 0; i < pcm.Length; i++) pcm[i] = (short)(samples[i] * 32768);
        var buffer = new float[resampler.MostOutputs(pcm.Length)];
        var count = resampler.Process(pcm, buffer);
        buffer.AsSpan(0, count).CopyTo(output);
        buffer = new float[resampler.MostOutputs(0)];
        buffer.AsSpan(0, resampler.Flush(buffer)).CopyTo(output.AsSpan(count));
        return output;
    }

    /// <summary>A number, or NaN for null.</summary>
    public static double Number(this JsonElement row, string name) =>
        row.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : double.NaN;

    public static InflectionScores Scores(this JsonElement row, string name)
    {
        var scores = row.GetProperty(name);
        return new InflectionScores(scores.Number("negative"), scores.Number("anger"), scores.Number("arousal"));
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SpeechQA.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("SpeechQA.sln");
    }
}
