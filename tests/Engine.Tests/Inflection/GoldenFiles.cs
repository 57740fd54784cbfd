using System.Text.Json;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Inflection;
using SpeechQA.Engine.Inflection.Signal;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Tests.Ingest;

namespace SpeechQA.Engine.Tests.Inflection;

/// <summary>What the reference wrote, and the sample calls it was written for.</summary>
internal static class GoldenFiles
{
    public static JsonDocument Json(string name) => JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Asset("inflection/" + name)));

    /// <summary>One party of a stereo sample call, 16-bit at 8 kHz.</summary>
    /// <param name="file">Path in the repository: <c>samples/audio/...</c>.</param>
    public static async Task<short[]> CallAsync(string file, int channel)
    {
        await using var recording = await Recordings.OpenAsync(RepositoryFiles.Sample(file["samples/".Length..]));
        var interleaved = await recording.ReadAllAsync();
        return [.. interleaved.Where((_, i) => i % 2 == channel)];
    }

    /// <summary>24000 samples of a row's call, zeros after its end.</summary>
    public static async Task<float[]> WindowAsync(JsonElement row)
    {
        var call = await CallAsync(row.GetProperty("file").GetString()!, row.GetProperty("channel").GetInt32());
        var window = new float[InflectionAudio.WindowSamples];
        var rest = call.AsSpan(row.GetProperty("start").GetInt32());
        for (var i = 0; i < Math.Min(rest.Length, window.Length); i++) window[i] = rest[i] / 32768f;
        return window;
    }

    /// <summary>A leg as the engine has it, at 16 kHz.</summary>
    public static float[] Wideband(short[] pcm, int rate = InflectionAudio.Rate)
    {
        var resampler = new Resampler(rate);
        var output = new float[resampler.MostOutputs(pcm.Length) + resampler.MostOutputs(0)];
        var count = resampler.Process(pcm, output);
        return output[..(count + resampler.Flush(output.AsSpan(count)))];
    }

    /// <summary>A number, or NaN for null.</summary>
    public static double Number(this JsonElement row, string name) =>
        row.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : double.NaN;

    public static bool Flag(this JsonElement row, string name) => row.GetProperty(name).GetBoolean();

    public static InflectionScores Scores(this JsonElement row, string name)
    {
        var scores = row.GetProperty(name);
        return new InflectionScores(scores.Number("negative"), scores.Number("anger"), scores.Number("arousal"));
    }
}
