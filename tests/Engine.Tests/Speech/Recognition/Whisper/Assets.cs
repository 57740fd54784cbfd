using System.Runtime.InteropServices;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Ingest;

namespace SpeechQA.Engine.Tests.Speech.Recognition.Whisper;

/// <summary>The files that the golden values were made from, and the values.</summary>
internal static class Assets
{
    public static string Path(string name) => Repository.Path("tests", "Engine.Tests", "Assets", name);

    /// <summary>Little-endian float32.</summary>
    public static float[] Floats(string name) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path(name))).ToArray();

    /// <summary>A clip of one channel at 16 kHz.</summary>
    public static async Task<float[]> ClipAsync(string name)
    {
        await using var recording = await Recordings.OpenAsync(Path("asr/" + name));
        var resampler = new Resampler(recording.SampleRate);
        var samples = new List<float>();
        var pcm = new short[4096];
        var part = new float[Math.Max(resampler.MostOutputs(pcm.Length), resampler.MostOutputs(0))];
        while (await recording.ReadAsync(pcm) is var frames and > 0)
            samples.AddRange(part.AsSpan(0, resampler.Process(pcm.AsSpan(0, frames), part)));
        samples.AddRange(part.AsSpan(0, resampler.Flush(part)));
        return [.. samples];
    }
}
