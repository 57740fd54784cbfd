using System.Buffers.Binary;
using System.Text.Json;
using SpeechQA.Engine.Ingest.Pcap;

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
    public List<(long Time, UdpEndPoint Source, int Port, byte[] Bytes)> Datagrams { get; }

    public JsonElement Stream(int index) => Side.GetProperty("streams")[index];

    public short[] Channel(int index) => [.. Wav.Where((_, i) => i % 2 == index)];

    public static string Find(string relative)
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "SpeechQA.sln")))
            folder = System.IO.Path.GetDirectoryName(folder);
        return System.IO.Path.Combine(folder ?? throw new InvalidOperationException("not below the repository"), relative);
    }

    private static short[] ReadWav(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan(44);
        var samples = new short[bytes.Length / 2];
        for (var i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]);
        return samples;
    }

    private static IEnumerable<(long, UdpEndPoint, int, byte[])> ReadPcap(string path)
    {
        var reader = CaptureReader.OpenAsync(path).AsTask().Result;
        while (reader.ReadAsync().AsTask().Result)
        {
            var datagram = reader.Current;
            yield return (datagram.Time.Ticks / TimeSpan.TicksPerMicrosecond, datagram.Source, datagram.Destination.Port,
                datagram.Payload.ToArray());
        }
        reader.DisposeAsync().AsTask().Wait();
    }
}
