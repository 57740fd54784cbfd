using System.Diagnostics;
using SpeechQA.Bench.Load;
using SpeechQA.Bench.Load.Calls;
using SpeechQA.Bench.Truth;
using SpeechQA.Engine.Ingest.Rtp.Packets;

namespace SpeechQA.Bench.Tests.Load;

/// <summary>From when latencies count: the intended time of the packet that holds the end of what was said.</summary>
public sealed class LoadCallTests
{
    private static readonly LoadSample Sample = new(new CallTruth { Call = new TruthCall("x", "en", "x.wav") }, RtpCodec.Pcmu,
        [new LoadSampleLeg("agent", new short[80_000]), new LoadSampleLeg("customer", new short[80_000])]);

    [Theory]
    [InlineData(1.000, 980)]    // the packet that ends there
    [InlineData(1.001, 1000)]
    [InlineData(0.0, 0)]
    public void A_moment_arrives_with_the_packet_that_holds_the_sound_before_it(double seconds, double ms) =>
        Assert.Equal(ms, Since(SentCall(new Impairment()), "customer", seconds)!.Value, 0.01);

    [Fact]
    public void What_the_network_delays_arrives_later()
    {
        var call = SentCall(new Impairment { JitterMs = 50 });
        var delays = Enumerable.Range(1, 400).Select(i => Since(call, "agent", i * 0.02)!.Value - (i - 1) * 20).ToList();
        Assert.All(delays, d => Assert.InRange(d, -0.01, 50.01));
        Assert.InRange(delays.Average(), 20, 30);
    }

    [Fact]
    public void What_is_lost_would_have_arrived_in_its_time_and_what_was_not_sent_never_did()
    {
        var lossy = SentCall(new Impairment { LossPercent = 30 });
        Assert.All(Enumerable.Range(1, 450), i => Assert.Equal((i - 1) * 20, Since(lossy, "agent", i * 0.02)!.Value, 0.01));
        var stopped = SentCall(new Impairment(), seconds: 4);
        Assert.NotNull(stopped.Arrival("agent", 3.9));
        Assert.Null(stopped.Arrival("agent", 4.5));
        Assert.Null(stopped.Arrival("nobody", 1));
    }

    [Fact]
    public void A_beginning_that_is_left_out_counts_from_there() =>
        Assert.Equal(980, Since(SentCall(new Impairment(), offset: 2), "agent", 1)!.Value, 0.01);

    private static double? Since(LoadCall call, string party, double seconds) =>
        call.Arrival(party, seconds) is { } stamp ? (stamp - call.Started) * 1000.0 / Stopwatch.Frequency : null;

    private static LoadCall SentCall(Impairment network, double offset = 0, double seconds = double.MaxValue)
    {
        var call = new LoadCall("id", Sample, offset, network, seed: 2) { Started = 1_000_000 };
        var datagram = new byte[512];
        foreach (var stream in call.Streams)
            while (stream.Due is { } due && due.TotalSeconds < seconds) stream.Next(datagram, out _);
        return call;
    }
}
