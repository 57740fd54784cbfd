using System.Diagnostics;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Ingest.Rtp.Send;
using SpeechQA.Host.Api;

namespace SpeechQA.Bench.Load.Calls;

/// <summary>
/// A call that is sent: what is due when. Latencies count from the times at which packets were meant to leave, so a
/// generator that is late, or a server that holds it up, cannot make them look better.
/// </summary>
internal sealed class LoadCall
{
    public const int PacketMs = 20;

    private readonly long[][] _due;
    private readonly double _tickPerMs = Stopwatch.Frequency / 1000.0;
    private readonly double _stretch;

    /// <param name="offset">Seconds of the recording that are left out at its beginning; a whole number of packets.</param>
    public LoadCall(string id, LoadSample sample, double offset, Impairment network, int seed)
    {
        (Id, Sample, Offset) = (id, sample, offset);
        var skipped = (int)Math.Round(offset * LoadSample.Rate);
        _due = [.. sample.Legs.Select(l => new long[(l.Samples.Length - skipped) / (LoadSample.Rate * PacketMs / 1000) + 1])];
        var drift = seed % 2 == 0 ? network.DriftPpm : -network.DriftPpm;
        _stretch = 1 / (1 + drift / 1e6);
        Streams = [.. sample.Legs.Select((leg, i) =>
            StreamOf(leg.Samples[skipped..], sample.Codec, network, drift, 2 * seed + i, _due[i]))];
    }

    public string Id { get; }
    public LoadSample Sample { get; }
    public double Offset { get; }
    public IReadOnlyList<IPacedSource> Streams { get; }

    /// <summary>Stamp of the time at which the first packets were meant to leave.</summary>
    public long Started { get; set; }

    /// <summary>Its last packet has left.</summary>
    public volatile bool IsOver;

    /// <summary>Seconds of audio that were sent.</summary>
    public double Sent => _due.Max(d => Array.FindLastIndex(d, t => t != 0) + 1) * PacketMs / 1000.0;

    /// <summary>
    /// Stamp of the time at which the packet with the sound just before a moment of a leg was meant to arrive; null when it was not sent.
    /// </summary>
    /// <param name="seconds">Since the call's beginning.</param>
    public long? Arrival(string party, double seconds)
    {
        var leg = 0;
        while (leg < Sample.Legs.Count && Sample.Legs[leg].Party != party) leg++;
        if (leg == Sample.Legs.Count) return null;
        var packet = Math.Clamp((int)Math.Ceiling(seconds * 1000 / PacketMs - 1e-6) - 1, 0, _due[leg].Length - 1);
        if (_due[leg][packet] is not 0 and var due) return Started + due;
        // Lost on the way: when it would have come, if anything came after it.
        return Array.FindIndex(_due[leg], packet, t => t != 0) < 0 ? null : Started + (long)(packet * PacketMs * _stretch * _tickPerMs);
    }

    /// <summary>What opens such a call.</summary>
    public static CallRequest Request(LoadSample sample, string agent) => new()
    {
        Agent = agent,
        Queue = "Load",
        Legs = [.. sample.Legs.Select(l => new LegRequest { Party = l.Party, Codec = PayloadMap.Name(sample.Codec) })],
    };

    private RtpStream StreamOf(ReadOnlyMemory<short> samples, RtpCodec codec, Impairment network, double drift, int seed, long[] due) =>
        new(samples, new RtpStreamSettings
        {
            Format = new PayloadFormat(codec, LoadSample.Rate),
            PayloadType = (byte)(codec == RtpCodec.Pcma ? 8 : 0),
            PacketMs = PacketMs,
            LossPercent = network.LossPercent,
            LossBurst = network.LossBurst,
            JitterMs = network.JitterMs,
            ReorderPercent = network.ReorderPercent,
            DriftPpm = drift,
            Seed = seed,
        }, TimeProvider.System)
        {
            // 1 is the least: 0 means that it was never sent.
            Left = (packet, at) => due[packet] = Math.Max(1, (long)(at.TotalMilliseconds * _tickPerMs)),
        };
}
