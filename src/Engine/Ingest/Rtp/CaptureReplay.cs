using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Ingest.Pcap;

namespace SpeechQA.Engine.Ingest.Rtp;

/// <summary>
/// Calls out of a packet capture, by the same way as live ones.
/// <list type="number">
/// <item>The capture is scanned once for RTP; what goes to one port is a leg (<see cref="CaptureScan"/>).</item>
/// <item>Legs between the same two hosts that overlap in time are the two legs of a call.</item>
/// <item><see cref="ReplayAsync"/> gives a call's datagrams with their capture times to an <see cref="RtpReceiver"/> for each
/// leg: as fast as the legs take the audio, or paced.</item>
/// </list>
/// The outcome depends on the capture alone, not on the pace.
/// </summary>
public sealed class CaptureReplay
{
    private const long TickPeriod = 50 * TimeSpan.TicksPerMillisecond;

    // A step of a capture's clock that no call explains: the machine's time was set, or two captures were joined.
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RoomPoll = TimeSpan.FromMilliseconds(1);

    private readonly Func<CancellationToken, ValueTask<CaptureReader>> _open;

    private CaptureReplay(Func<CancellationToken, ValueTask<CaptureReader>> open, IReadOnlyList<CapturedCall> calls, IReadOnlyList<string> warnings)
    {
        _open = open;
        Calls = calls;
        Warnings = warnings;
    }

    /// <summary>In the order of their first packets.</summary>
    public IReadOnlyList<CapturedCall> Calls { get; }

    /// <summary>What could not be used: damage to the file, streams in codecs that are not decoded. A line each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Scans a capture.</summary>
    /// <param name="path">A pcap or pcapng file, or <c>-</c> for standard input (which is kept in memory).</param>
    /// <exception cref="BadInputException">Not a capture, no RTP in it, or none that can be decoded.</exception>
    public static async Task<CaptureReplay> OpenAsync(string path, CaptureReplayOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new CaptureReplayOptions();
        var name = InputFile.NameOf(path);
        Func<CancellationToken, ValueTask<CaptureReader>> open = token => CaptureReader.OpenAsync(path, token);
        if (path == Recordings.StandardInput)
        {
            var copy = new MemoryStream();
            await using (var input = InputFile.Open(path)) await input.CopyToAsync(copy, cancellation).ConfigureAwait(false);
            open = token => CaptureReader.OpenAsync(new MemoryStream(copy.GetBuffer(), 0, (int)copy.Length, writable: false), name, token);
        }

        var scan = new CaptureScan();
        List<string> warnings = [];
        await using (var reader = await open(cancellation).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false)) scan.Add(reader.Current);
            if (reader.Warning is { } warning) warnings.Add($"{name}: {warning}");
            if (scan.Legs.Count == 0) throw NoRtp(name, reader.Counts);
        }
        var legs = new List<CapturedLeg>();
        foreach (var trace in scan.Legs)
        {
            if (CapturedPayloads.TryRead(trace, options.Payloads, out var leg, out var problem)) legs.Add(leg);
            else warnings.Add($"{name}: {problem}");
        }
        if (legs.Count == 0) throw new BadInputException(warnings[^1], CapturedPayloads.Remedy);
        return new CaptureReplay(open, CallPairing.Pair(legs, options.Parties), warnings);
    }

    /// <summary>Replays a call. Legs must be read meanwhile; their pipes are completed at the end.</summary>
    /// <param name="pipes">One for each leg, at the rate of its format.</param>
    /// <param name="onEvent">Called with the leg's index for each telephone event.</param>
    /// <returns>What each leg's line was like.</returns>
    public async Task<IReadOnlyList<RtpStatistics>> ReplayAsync(CapturedCall call, IReadOnlyList<LegPipe> pipes, ReplayPace pace,
        Action<int, TelephoneEvent>? onEvent = null, CancellationToken cancellation = default)
    {
        var receivers = call.Legs.Select((leg, i) => new RtpReceiver(pipes[i], leg.Payloads, TimeSpan.TicksPerSecond,
            new RtpReceiverOptions { StampAudio = false }) { TelephoneEventReceived = told => onEvent?.Invoke(i, told) }).ToArray();
        try
        {
            await ReplayAsync(call, pipes, receivers, pace, cancellation).ConfigureAwait(false);
        }
        finally
        {
            foreach (var receiver in receivers) receiver.Complete();
        }
        foreach (var receiver in receivers) new RtpMetrics().Publish(receiver.Statistics);
        return [.. receivers.Select(receiver => receiver.Statistics)];
    }

    private static BadInputException NoRtp(string name, CaptureCounts counts) => new(
        counts.Datagrams == 0 ? $"{name}: no UDP in {counts.Frames} frames ({counts.Truncated} cut short, {counts.Fragments} fragments, {counts.Broken} broken)"
            : $"{name}: no RTP in {counts.Datagrams} UDP datagrams",
        "capture the media (UDP, whole packets, no SRTP), for example: tcpdump -s 0 -w call.pcap udp");

    private async Task ReplayAsync(CapturedCall call, IReadOnlyList<LegPipe> pipes, RtpReceiver[] receivers, ReplayPace pace, CancellationToken cancellation)
    {
        var clock = new CaptureClock(call.First);
        var start = pace.Time.GetTimestamp();
        long ticked = 0;
        await using var reader = await _open(cancellation).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            var datagram = reader.Current;
            if (datagram.Time < call.First || datagram.Time > call.Last) continue;
            var now = clock.At(datagram.Time, LongestStep);
            for (; ticked + TickPeriod <= now; ticked += TickPeriod)
                foreach (var receiver in receivers) receiver.Tick(ticked + TickPeriod);

            var leg = Find(call, datagram, out var rtcp);
            if (leg < 0) continue;
            if (pace.Speed is { } speed)
            {
                var early = new TimeSpan(now) / speed - pace.Time.GetElapsedTime(start);
                if (early >= RoomPoll) await Task.Delay(early, pace.Time, cancellation).ConfigureAwait(false);
            }
            else
            {
                var limit = pipes[leg].SampleRate * (long)LegPipe.Limit.TotalSeconds / 2;
                while (pipes[leg].WaitingSamples > limit) await Task.Delay(RoomPoll, pace.Time, cancellation).ConfigureAwait(false);
            }
            if (rtcp) receivers[leg].ReceiveRtcp(datagram.Payload.Span, datagram.Source, now);
            else receivers[leg].Receive(datagram.Payload.Span, datagram.Source, now);
        }
    }

    private static int Find(CapturedCall call, in UdpDatagram datagram, out bool rtcp)
    {
        rtcp = false;
        for (var i = 0; i < call.Legs.Count; i++)
        {
            var to = call.Legs[i].Destination;
            if (datagram.Destination == to) return i;
            rtcp = datagram.Destination == to with { Port = (ushort)(to.Port + 1) };
            if (rtcp) return i;
        }
        return -1;
    }

    /// <summary>Time of the capture in 100 ns since the call's first packet: never backwards, and without absurd steps.</summary>
    private sealed class CaptureClock(TimeSpan first)
    {
        private TimeSpan _last = first;
        private long _now;

        public long At(TimeSpan time, TimeSpan longestStep)
        {
            var step = time - _last;
            _last = time;
            if (step > TimeSpan.Zero && step <= longestStep) _now += step.Ticks;
            return _now;
        }
    }
}
