using System.Buffers.Binary;
using SpeechQA.Engine.Audio;

namespace SpeechQA.Engine.Tests.Ingest.Wav;

/// <summary>Samples of a sample call: 44 bytes of header, two channels of 16 bits at 8 kHz.</summary>
internal static class SampleWav
{
    public const int Rate = 8_000;

    /// <summary>Interleaved samples of the call's first seconds.</summary>
    public static short[] Stereo(double seconds, double from = 0, string name = "en-01-telecom-cancel")
    {
        var bytes = File.ReadAllBytes(Repository.Path("samples", "audio", name + ".wav")).AsSpan(44 + (int)(from * Rate) * 4);
        var samples = new short[(int)(seconds * Rate) * 2];
        for (var i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]);
        return samples;
    }

    /// <summary>One channel of them.</summary>
    public static short[] Channel(int channel, double seconds, double from = 0, string name = "en-01-telecom-cancel") =>
        [.. Stereo(seconds, from, name).Where((_, i) => i % 2 == channel)];

    public static byte[] Pcm(params short[] samples) => [.. samples.SelectMany(BitConverter.GetBytes)];

    public static byte[] MuLaw(short[] samples) => [.. samples.Select(G711.EncodeMuLaw)];
}
