using SpeechQA.Engine.Ingest.Pcap;

namespace SpeechQA.Engine.Tests.Ingest.Pcap;

/// <summary>A datagram that outlives the next read.</summary>
internal sealed record KeptDatagram(TimeSpan Time, string Source, string Destination, byte[] Payload);

internal static class CaptureReading
{
    public static async Task<(List<KeptDatagram> Datagrams, CaptureCounts Counts, string? Warning)> ReadAsync(byte[] capture,
        int most = int.MaxValue)
    {
        await using var reader = await CaptureReader.OpenAsync(new Trickle(capture, most), "test.pcap");
        var all = new List<KeptDatagram>();
        while (await reader.ReadAsync())
        {
            var current = reader.Current;
            all.Add(new KeptDatagram(current.Time, current.Source.ToString(), current.Destination.ToString(), current.Payload.ToArray()));
        }
        return (all, reader.Counts, reader.Warning);
    }
}
