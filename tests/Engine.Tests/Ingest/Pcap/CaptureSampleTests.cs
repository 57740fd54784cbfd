using System.Text.Json;
using SpeechQA.Engine.Ingest.Pcap;

namespace SpeechQA.Engine.Tests.Ingest.Pcap;

/// <summary>The sample captures against the side files that were written with them.</summary>
public class CaptureSampleTests
{
    [Theory]
    [InlineData("en-02-bank-card")]
    [InlineData("fr-01-mobile-resiliation")]
    public async Task EveryPacketIsThere(string call)
    {
        using var side = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.Sample($"rtp/{call}.rtp.json")));
        var packets = new Dictionary<string, int>();
        TimeSpan? first = null;
        await using var reader = await CaptureReader.OpenAsync(RepositoryFiles.Sample($"rtp/{call}.pcap"));
        while (await reader.ReadAsync())
        {
            first ??= reader.Current.Time;
            var source = reader.Current.Source.ToString();
            packets[source] = packets.GetValueOrDefault(source) + 1;
        }

        Assert.Null(reader.Warning);
        var frames = side.RootElement.GetProperty("frames").GetInt32();
        Assert.Equal(new CaptureCounts(frames, frames, 0, 0, 0, 0), reader.Counts);
        Assert.Equal(side.RootElement.GetProperty("first_packet_time").GetDouble(), first!.Value.TotalSeconds, 0.1);
        var rtcp = 0;
        foreach (var stream in side.RootElement.GetProperty("streams").EnumerateArray())
        {
            Assert.Equal(stream.GetProperty("packets_in_capture").GetInt32(), packets[stream.GetProperty("source").GetString()!]);
            rtcp += packets[stream.GetProperty("rtcp_source").GetString()!];
        }
        Assert.Equal(frames, rtcp + side.RootElement.GetProperty("streams").EnumerateArray()
            .Sum(stream => stream.GetProperty("packets_in_capture").GetInt32()));
    }

    [Fact]
    public void TellsCapturesByTheirFirstBytes()
    {
        Assert.True(CaptureReader.IsCapture(RepositoryFiles.Sample("rtp/en-02-bank-card.pcap")));
        Assert.False(CaptureReader.IsCapture(RepositoryFiles.Sample("audio/en-02-bank-card.wav")));
        Assert.False(CaptureReader.IsCapture("-"));
        Assert.True(CaptureReader.IsCapture(new PcapNgBuilder().ToArray()));
        Assert.False(CaptureReader.IsCapture([0x0A, 0x0D]));
    }

    [Fact]
    public async Task AllocatesNothingPerFrame()
    {
        var bytes = File.ReadAllBytes(RepositoryFiles.Sample("rtp/fr-01-mobile-resiliation.pcap"));
        await using var reader = await CaptureReader.OpenAsync(new MemoryStream(bytes), "memory");
        for (var i = 0; i < 2_000; i++) Assert.True(await reader.ReadAsync());
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 6_000; i++)
        {
            var read = reader.ReadAsync();
            Assert.True(read.IsCompletedSuccessfully && read.Result);
        }
        // The pipe takes a segment object for every 64 KiB.
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16_000);
    }
}
