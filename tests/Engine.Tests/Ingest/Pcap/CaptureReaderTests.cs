using FsCheck.Xunit;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Pcap;
using static SpeechQA.Engine.Tests.Ingest.Pcap.CaptureReading;
using static SpeechQA.Engine.Tests.Ingest.Pcap.FrameBuilder;

namespace SpeechQA.Engine.Tests.Ingest.Pcap;

/// <summary>The two file formats.</summary>
public class CaptureReaderTests
{
    private static readonly byte[] Good = Ethernet(IPv4(Udp([1, 2, 3])));

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task ClassicInBothOrdersAndUnits(bool bigEndian, bool nanoseconds)
    {
        var capture = new PcapBuilder(bigEndian, nanoseconds)
            .Frame(Good, 1_763_802_000, 123_456).Frame(Good, 4_294_967_295, nanoseconds ? 999_999_999 : 999_999).ToArray();
        var (datagrams, counts, warning) = await ReadAsync(capture, most: 5);
        Assert.Equal(TimeSpan.FromSeconds(1_763_802_000) + TimeSpan.FromTicks(nanoseconds ? 1_234 : 1_234_560), datagrams[0].Time);
        Assert.Equal(TimeSpan.FromSeconds(4_294_967_295) + TimeSpan.FromTicks(nanoseconds ? 9_999_999 : 9_999_990), datagrams[1].Time);
        Assert.Equal(("10.20.0.11:40010", "192.0.2.77:5004"), (datagrams[0].Source, datagrams[0].Destination));
        Assert.Equal([1, 2, 3], datagrams[0].Payload);
        Assert.Equal(new CaptureCounts(2, 2, 0, 0, 0, 0), counts);
        Assert.Null(warning);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NgWithSeveralInterfacesAndSections(bool bigEndian)
    {
        var capture = new PcapNgBuilder(bigEndian)
            .Block(5, new byte[24]).Interface().Interface(link: 101, resolution: 9).Block(0xBAD, new byte[40_000])
            .Enhanced(Good, stamp: 1_763_802_000_123_456).Enhanced(IPv4(Udp([4])), stamp: 1_763_802_000_123_456_789, from: 1)
            .Obsolete(Good).Simple(Good)
            .Append(new PcapNgBuilder(!bigEndian).Interface(link: 101).Enhanced(IPv6(Udp([5, 6])), stamp: 7))
            .ToArray();
        var (datagrams, counts, warning) = await ReadAsync(capture, most: 7);
        var at = TimeSpan.FromSeconds(1_763_802_000);
        Assert.Equal([at + TimeSpan.FromTicks(1_234_560), at + TimeSpan.FromTicks(1_234_567), TimeSpan.Zero, TimeSpan.Zero,
            TimeSpan.FromTicks(70)],
            datagrams.Select(datagram => datagram.Time));
        Assert.Equal([3, 1, 3, 3, 2], datagrams.Select(datagram => datagram.Payload.Length));
        Assert.Equal(("[2001:db8::1]:40010", "[2001:db8::2]:5004"), (datagrams[4].Source, datagrams[4].Destination));
        Assert.Equal(new CaptureCounts(5, 5, 0, 0, 0, 0), counts);
        Assert.Null(warning);
    }

    [Theory]
    [InlineData(0, 0, 5, 50_000_000)]
    [InlineData(3, 0, 5, 50_000)]
    [InlineData(7, 0, 5, 5)]
    [InlineData(9, 0, 599, 5)]
    [InlineData(100, 0, 599, 0)]
    [InlineData(0x80 + 10, 0, 1_536, 15_000_000)]
    [InlineData(0xFF, 0, 1_536, 0)]
    [InlineData(6, 2, 5, 20_000_050)]
    [InlineData(6, -2, 5, 0)]
    [InlineData(0, 0, ulong.MaxValue, long.MaxValue)]
    public async Task NgResolutionsAndOffsets(byte resolution, long offset, ulong stamp, long ticks)
    {
        var capture = new PcapNgBuilder().Interface(resolution: resolution, offset: offset).Enhanced(Good, stamp).ToArray();
        Assert.Equal(ticks, Assert.Single((await ReadAsync(capture)).Datagrams).Time.Ticks);
    }

    [Fact]
    public async Task CutFramesAreCounted()
    {
        var classic = new PcapBuilder().Frame(Good[..^2], original: Good.Length).Frame(Good[..20], original: Good.Length).Frame(Good)
            .ToArray();
        Assert.Equal(new CaptureCounts(3, 1, 0, 0, 2, 0), (await ReadAsync(classic)).Counts);
        var ng = new PcapNgBuilder().Interface(snapLength: 44).Enhanced(Good[..^2], original: Good.Length)
            .Simple(Good[..44], original: Good.Length)
            .Enhanced(Good).ToArray();
        Assert.Equal(new CaptureCounts(3, 1, 0, 0, 2, 0), (await ReadAsync(ng)).Counts);
    }

    [Fact]
    public async Task BrokenFramesArePassedOver()
    {
        var classic = new PcapBuilder().Frame([]).Frame(Good[..20]).Frame(Good).ToArray();
        var (datagrams, counts, warning) = await ReadAsync(classic);
        Assert.Single(datagrams);
        Assert.Equal(new CaptureCounts(3, 1, 0, 0, 0, 2), counts);
        Assert.Null(warning);

        var ng = new PcapNgBuilder().Interface()
            .Enhanced(Good, kept: 300_000).Enhanced(Good, kept: 100).Enhanced(Good, kept: uint.MaxValue).Enhanced(Good, from: 1)
                .Enhanced([])
            .Block(6, new byte[12]).Block(3, []).Simple(Good, original: 300_000).Enhanced(Good[..^2], original: Good.Length)
                .Enhanced(Good, from: -1)
            .Enhanced(Good).ToArray();
        (datagrams, counts, warning) = await ReadAsync(ng);
        Assert.Single(datagrams);
        Assert.Equal(new CaptureCounts(11, 1, 0, 0, 1, 9), counts);
        Assert.Null(warning);
    }

    [Fact]
    public async Task BrokenStructureEndsTheReadingWithAWarning()
    {
        var two = new PcapBuilder().Frame(Good).Frame(Good).ToArray();
        await WarnsAsync("the capture ends within frame 2", two[..^1]);
        await WarnsAsync("the capture ends within frame 2", two[..^(Good.Length + 3)]);
        await WarnsAsync("frame 2 claims 262145 bytes", new PcapBuilder().Frame(Good).Frame(Good, kept: 262_145).Frame(Good).ToArray());
        await WarnsAsync("frame 2 claims 4294967295 bytes", new PcapBuilder().Frame(Good).Frame(Good, kept: uint.MaxValue).ToArray());

        byte[] ng = Ng().Enhanced(Good).ToArray();
        await WarnsAsync("the capture ends within block 4", ng[..^1]);
        await WarnsAsync("the capture ends within block 4", ng[..^80]);
        await WarnsAsync("block 4 claims 0 bytes", Ng().Block(5, [], length: 0).Enhanced(Good).ToArray());
        await WarnsAsync("block 4 claims 17 bytes", Ng().Block(5, new byte[5]).Enhanced(Good).ToArray());
        await WarnsAsync("block 4 claims 16777220 bytes", Ng().Block(5, [], length: (16 << 20) + 4).Enhanced(Good).ToArray());
        await WarnsAsync("the two lengths of block 4 differ", Ng().Block(5, new byte[8], lengthAgain: 24).Enhanced(Good).ToArray());
        await WarnsAsync("block 4 is no section", Ng().Block(0x0A0D0D0A, new byte[16]).Enhanced(Good).ToArray());
        await WarnsAsync("block 4 claims 16 bytes", Ng().Block(0x0A0D0D0A, [0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0], length: 16).Enhanced(Good)
            .ToArray());
        var flood = Ng();
        for (var i = 0; i < 2_000; i++) flood.Interface();
        await WarnsAsync("is interface 1025", flood.Enhanced(Good).ToArray());

        static PcapNgBuilder Ng() => new PcapNgBuilder().Interface().Enhanced(Good);

        static async Task WarnsAsync(string expected, byte[] capture)
        {
            var (datagrams, _, warning) = await ReadAsync(capture);
            Assert.Single(datagrams);
            Assert.Contains(expected, warning);
            Assert.EndsWith("what comes before it is used", warning);
        }
    }

    [Fact]
    public async Task FramesOfForeignLinksAreLeftOut()
    {
        var (datagrams, counts, warning) = await ReadAsync(new PcapNgBuilder().Interface(link: 127).Interface().Enhanced(Good)
            .Enhanced(Good, from: 1).ToArray());
        Assert.Single(datagrams);
        Assert.Equal(new CaptureCounts(2, 1, 0, 1, 0, 0), counts);
        Assert.Equal("interface 0: link type 127 is not supported; its frames are left out", warning);
        await RefusedAsync("link type 127 is not supported", new PcapBuilder(link: 127).Frame(Good).ToArray());
    }

    [Fact]
    public async Task RefusesWhatIsNoCapture()
    {
        await RefusedAsync("empty", []);
        await RefusedAsync("not a capture", [1]);
        await RefusedAsync("not a capture", "RIFF0000WAVEfmt "u8.ToArray());
        await RefusedAsync("the capture ends within its header", new PcapBuilder().ToArray()[..23]);
        await RefusedAsync("the pcapng header is damaged", [0x0A, 0x0D, 0x0D, 0x0A]);
        await RefusedAsync("the pcapng header is damaged", [0x0A, 0x0D, 0x0D, 0x0A, 28, 0, 0, 0, 1, 2, 3, 4]);
    }

    private static async Task RefusedAsync(string cause, byte[] capture)
    {
        var error = await Assert.ThrowsAsync<BadInputException>(() => ReadAsync(capture));
        Assert.Equal("test.pcap: " + cause, error.Cause);
    }

    [Property(MaxTest = 300)]
    public async Task ClassicSurvivesMutations(int[] places, byte[] values, ushort cut)
    {
        var capture = new PcapBuilder().Frame(Good).Frame(Ethernet(IPv6(Udp(new byte[40])), 0x8100)).Frame(Good).ToArray();
        await EndsAsync(Mutated(capture, places, values, cut));
    }

    [Property(MaxTest = 300)]
    public async Task NgSurvivesMutations(int[] places, byte[] values, ushort cut)
    {
        var capture = new PcapNgBuilder().Interface(resolution: 9, offset: 1).Enhanced(Good, 77).Simple(Good).Obsolete(Good)
            .Section().Interface(link: 113).Enhanced([.. new byte[14], .. Good[12..]]).ToArray();
        await EndsAsync(Mutated(capture, places, values, cut));
    }

    [Property(MaxTest = 300)]
    public async Task AnyFrameOfAnyLinkSurvives(byte[] nonsense, int[] places, byte[] values, ushort cut)
    {
        var frame = Mutated(Ethernet(IPv6([17, 0, .. new byte[6], .. Udp(new byte[9])], next: 60)), places, values, cut);
        foreach (var link in new[] { 0, 1, 12, 14, 101, 108, 113, 228, 229, 276 })
        {
            var (datagrams, counts, _) = await ReadAsync(new PcapBuilder(link: link).Frame(nonsense).Frame(frame)
                .Frame(frame[Math.Min(14, frame.Length)..]).ToArray());
            Assert.Equal(3, counts.Frames);
            Assert.Equal(datagrams.Count, counts.Datagrams);
        }
    }

    private static byte[] Mutated(byte[] bytes, int[] places, byte[] values, ushort cut)
    {
        for (var i = 0; i < places.Length && i < values.Length; i++) bytes[(int)((uint)places[i] % bytes.Length)] = values[i];
        return cut % 3 == 0 ? bytes[..(cut % bytes.Length)] : bytes;
    }

    private static async Task EndsAsync(byte[] capture)
    {
        try
        {
            var (datagrams, counts, _) = await ReadAsync(capture);
            Assert.Equal(datagrams.Count, counts.Datagrams);
            Assert.Equal(counts.Frames, counts.Datagrams + counts.Fragments + counts.Other + counts.Truncated + counts.Broken);
            Assert.True(datagrams.Sum(datagram => datagram.Payload.Length) <= capture.Length);
        }
        catch (BadInputException error)
        {
            Assert.DoesNotContain('\n', error.Message);
        }
    }
}
