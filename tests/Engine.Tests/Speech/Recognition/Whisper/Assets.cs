using System.Runtime.InteropServices;
using SpeechQA.Engine.Audio;

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

    /// <summary>A clip of the golden set at 16 kHz.</summary>
    public static float[] Clip(GoldenUtterance golden)
    {
        var pcm = MemoryMarshal.Cast<byte, short>(File.ReadAllBytes("/tmp/asr/" + golden.File + ".raw")).ToArray();
        return AtEngineRate(pcm, golden.Rate);
    }

    private static float[] AtEngineRate(short[] pcm, int rate)
    {
        var resampler = new Resampler(rate);
        var samples = new float[resampler.MostOutputs(pcm.Length) + resampler.MostOutputs(0)];
        var n = resampler.Process(pcm, samples);
        n += resampler.Flush(samples.AsSpan(n));
        return samples[..n];
    }
}
