using System.Diagnostics.Metrics;

namespace SpeechQA.Engine.Ingest.Rtp.Receive;

/// <summary>
/// Adds a leg's counts to the process's metrics, every few seconds rather than with each packet.
/// </summary>
internal sealed class RtpMetrics
{
    private static readonly Meter Meter = new("SpeechQA.Engine");

    private static readonly Counter<long> Received = Meter.CreateCounter<long>("rtp.packets.received", "{packet}",
        "RTP packets of the legs' streams, duplicates not counted.");

    private static readonly Counter<long> Lost = Meter.CreateCounter<long>("rtp.packets.lost", "{packet}",
        "RTP packets that the sequence numbers promised and that did not arrive.");

    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>("rtp.packets.dropped", "{packet}",
        "Datagrams that were not used, by reason.");

    private static readonly Counter<double> Audio = Meter.CreateCounter<double>("rtp.audio.replaced", "s",
        "Time of legs that are received over RTP without received audio, by what stands there instead.");

    private static readonly Histogram<double> Jitter = Meter.CreateHistogram<double>("rtp.jitter", "s",
        "Interarrival jitter (RFC 3550 A.8), sampled every few seconds of each leg.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.06, 0.1, 0.2, 0.5] });

    private RtpStatistics _published;

    /// <summary>
    /// Makes the counts known that should read 0 before the first packet: a rate that begins with its first increment misses it.
    /// </summary>
    public static void Announce()
    {
        Received.Add(0);
        Lost.Add(0);
        foreach (var by in new[] { "silence", "concealed", "lost", "pipe_full" }) Audio.Add(0, new KeyValuePair<string, object?>("by", by));
    }

    /// <summary>Adds what came since the last call.</summary>
    public void Publish(in RtpStatistics now)
    {
        var before = _published;
        _published = now;
        Received.Add(now.Received - before.Received);
        // A packet counted lost may still arrive.
        Lost.Add(Math.Max(now.Lost - before.Lost, 0));
        Drop("duplicate", now.Duplicates - before.Duplicates);
        Drop("late", now.Late - before.Late);
        Drop("stray", now.Stray - before.Stray);
        Drop("foreign", now.Foreign - before.Foreign);
        Drop("other_stream", now.OtherStreams - before.OtherStreams);
        Drop("too_short", now.Malformed.TooShort - before.Malformed.TooShort);
        Drop("version", now.Malformed.Version - before.Malformed.Version);
        Drop("contributing_sources", now.Malformed.ContributingSources - before.Malformed.ContributingSources);
        Drop("extension", now.Malformed.Extension - before.Malformed.Extension);
        Drop("padding", now.Malformed.Padding - before.Malformed.Padding);
        Drop("too_long", now.Malformed.TooLong - before.Malformed.TooLong);
        Drop("payload", now.Malformed.Payload - before.Malformed.Payload);
        Drop("payload_type", now.Malformed.PayloadType - before.Malformed.PayloadType);
        Drop("rtcp", now.Malformed.Rtcp - before.Malformed.Rtcp);
        Replace("silence", now.SilenceSeconds - before.SilenceSeconds);
        Replace("concealed", now.ConcealedSeconds - before.ConcealedSeconds);
        Replace("lost", now.LostSeconds - before.LostSeconds);
        Replace("pipe_full", now.DroppedSeconds - before.DroppedSeconds);
        if (now.Received > before.Received) Jitter.Record(now.JitterMs / 1000);
    }

    private static void Drop(string reason, long count)
    {
        if (count > 0) Dropped.Add(count, new KeyValuePair<string, object?>("reason", reason));
    }

    private static void Replace(string by, double seconds)
    {
        if (seconds > 0) Audio.Add(seconds, new KeyValuePair<string, object?>("by", by));
    }
}
