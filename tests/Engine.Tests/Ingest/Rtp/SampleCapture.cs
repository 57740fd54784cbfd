using System.Buffers.Binary;
using System.Text.Json;
using SpeechQA.Engine.Ingest.Rtp;

namespace SpeechQA.Engine.Tests.Ingest.Rtp;

/// <summary>One of the two captures in samples/rtp with what its side file says of it, and the WAV it was made from.</summary>
internal sealed class SampleCapture
{
    private SampleCapture(string name)
    {
        Path = Find($"samples/rtp/{name}.pcap");
        Side = JsonDocument.Parse(File.ReadAllBytes(Find($"samples/rtp/{name}.rtp.json"))).RootElement;
        Wav = ReadWav(Find($"samples/audio/{name}.wav"));
        Datagrams = [.. ReadPcap(Path)];
    }

    public static SampleCapture Clean() => new("fr-01-mobile-resiliation");

    public static SampleCapture Hard() => new("en-02-bank-card");

    public string Path { get; }
    public JsonElement Side { get; }

    /// <summary>Interleaved samples of the two channels.</summary>
    public short[] Wav { get; }

    /// <summary>Microseconds, source, destination port and content of each.</summary>
    public List<(long Time, UdpPeer Source, int Port, byte[] Bytes)> Datagrams { get; }

    public JsonElement Stream(int index) => Side.GetProperty("streams")[index];

    public short[] Channel(int index) => [.. Wav.Where((_, i) => i % 2 == index)];

    public static string Find(string relative)
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "SpeechQA.sln"))) folder = System.IO.Path.GetDirectoryName(folder);
        return System.IO.Path.Combine(folder ?? throw new InvalidOperationException("not below the repository"), relative);
    }

    private static short[] ReadWav(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan(44);
        var samples = new short[bytes.Length / 2];
        for (var i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]);
        return samples;
    }

    /// <summary>Classic pcap, microseconds, Ethernet, IPv4, UDP, little endian: what these files are.</summary>
    private static IEnumerable<(long, UdpPeer, int, byte[])> ReadPcap(string path)
    {
        var file = File.ReadAllBytes(path);
        for (var at = 24; at < file.Length;)
        {
            var time = BitConverter.ToUInt32(file, at) * 1_000_000L + BitConverter.ToUInt32(file, at + 4);
            var length = BitConverter.ToInt32(file, at + 8);
            var frame = file.AsSpan(at + 16, length);
            at += 16 + length;
            yield return (time, UdpPeer.V4(BinaryPrimitives.ReadUInt32BigEndian(frame[26..]), BinaryPrimitives.ReadUInt16BigEndian(frame[34..])),
                BinaryPrimitives.ReadUInt16BigEndian(frame[36..]), frame[42..].ToArray());
        }
    }
}
