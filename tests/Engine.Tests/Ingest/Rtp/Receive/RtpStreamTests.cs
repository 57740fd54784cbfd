using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Receive;

namespace SpeechQA.Engine.Tests.Ingest.Rtp.Receive;

/// <summary>What a stream makes the network do: seeded, so every run is the same.</summary>
public sealed class RtpStreamTests
{
    private const int Packets = 60_000;
    private static readonly short[] Samples = new short[Packets * 160];

    [Theory]
    [InlineData(3, 1)]
    [InlineData(10, 1)]
    [InlineData(3, 5)]
    [InlineData(10, 8)]
    public void The_share_of_loss_and_the_length_of_bursts_are_as_asked(double loss, double burst)
    {
        var sent = Sent(new RtpStreamSettings { LossPercent = loss, LossBurst = burst, Seed = 4 });
        var lost = Enumerable.Range(0, Packets).Select(i => !sent.ContainsKey(i)).ToList();
        Assert.InRange(lost.Count(l => l) * 100.0 / Packets, loss * 0.85, loss * 1.15);
        var bursts = lost.Zip(lost.Prepend(false)).Count(p => p.First && !p.Second);
        Assert.InRange(lost.Count(l => l) / (double)bursts, burst * 0.85, burst * 1.2);
    }

    [Fact]
    public void Reordered_packets_leave_after_the_next_one_and_before_the_one_after_it()
    {
        var sent = Sent(new RtpStreamSettings { ReorderPercent = 5, Seed = 4 });
        var late = sent.Where(p => p.Value > TimeSpan.FromMilliseconds(p.Key * 20)).ToList();
        Assert.InRange(late.Count * 100.0 / Packets, 4.2, 5.8);
        Assert.All(late, p => Assert.Equal(p.Key * 20 + 30, p.Value.TotalMilliseconds));
        Assert.Equal(Packets, sent.Count);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(-200)]
    public void A_fast_clock_sends_its_packets_sooner(double ppm) =>
        Assert.Equal((Packets - 1) * 20 / (1 + ppm / 1e6), Sent(new RtpStreamSettings { DriftPpm = ppm })[Packets - 1].TotalMilliseconds,
            0.001);

    [Fact]
    public void The_same_seed_does_the_same()
    {
        var settings = new RtpStreamSettings { LossPercent = 5, LossBurst = 3, JitterMs = 60, ReorderPercent = 2, Seed = 9 };
        Assert.Equal(Sent(settings), Sent(settings));
        Assert.NotEqual(Sent(settings), Sent(settings with { Seed = 10 }));
    }

    [Fact]
    public void Settings_out_of_their_range_are_refused()
    {
        foreach (var wrong in new RtpStreamSettings[] { new() { LossBurst = 0.5 }, new() { ReorderPercent = 101 },
            new() { DriftPpm = double.NaN } })
            Assert.Throws<BadInputException>(() => new RtpStream(Samples, wrong, TimeProvider.System));
    }

    /// <summary>Number and due time of each packet that left; also checks that they leave in the order of these times.</summary>
    private static Dictionary<int, TimeSpan> Sent(RtpStreamSettings settings)
    {
        var sent = new Dictionary<int, TimeSpan>();
        var stream = new RtpStream(Samples, settings, TimeProvider.System) { Left = sent.Add };
        var datagram = new byte[stream.LongestDatagram];
        var last = TimeSpan.Zero;
        while (stream.Due is { } due)
        {
            Assert.True(due >= last);
            last = due;
            stream.Next(datagram, out _);
        }
        return sent;
    }
}
