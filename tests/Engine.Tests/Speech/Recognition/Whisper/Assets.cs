using System.Runtime.InteropServices;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Ingest;
using SpeechQA.Engine.Ingest.Flac;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper;

/// <summary>Test assets, found above the test program in the checkout.</summary>
internal static class Assets
{
    public static string Path(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var path = System.IO.Path.Combine(at.FullName, "tests", "Engine.Tests", "Assets", name);
            if (File.Exists(path)) return path;
        }
        throw new FileNotFoundException($"tests/Engine.Tests/Assets/{name} is missing above {AppContext.BaseDirectory}.");
    }

    /// <summary>Little-endian float32.</summary>
    public static float[] Floats(string name) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path(name))).ToArray();

    /// <summary>A one-channel FLAC clip at 16 kHz.</summary>
    public static async Task<float[]> ClipAsync(string name)
    {
        await using var stream = File.OpenRead(Path("asr/" + name));
        await using var recording = await OpenAsync(stream);
        var resampler = new Resampler(recording.SampleRate);
        var samples = new List<float>();
        var pcm = new short[4096];
        var part = new float[resampler.MostOutputs(pcm.Length)];
        while (await recording.ReadAsync(pcm) is var frames and > 0)
            samples.AddRange(part.AsSpan(0, resampler.Process(pcm.AsSpan(0, frames), part)));
        samples.AddRange(part.AsSpan(0, resampler.Flush(part)));
        return [.. samples];
    }
}
