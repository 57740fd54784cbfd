using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Input;
using SpeechQA.Engine.Ingest.Pcap;
using SpeechQA.Engine.Ingest.Rtp.Packets;
using SpeechQA.Engine.Ingest.Rtp.Receive;
using SpeechQA.Engine.Ingest.Rtp.Send;
using SpeechQA.Engine.Pipes;

namespace SpeechQA.Engine.Ingest.Rtp.Captures;

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
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan GoodbyeWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RoomPoll = TimeSpan.FromMilliseconds(1);

    private readonly Func<CancellationToken, ValueTask<CaptureReader>> _open;
    private readonly IReadOnlyList<CaptureWarning> _warnings;

    private CaptureReplay(Func<CancellationToken, ValueTask<CaptureReader>> open, IReadOnlyList<CapturedCall> calls,
        IReadOnlyList<CaptureWarning> warnings)
    {
        _open = open;
        _warnings = warnings;
        Calls = calls;
    }

    /// <summary>In the order of their first packets.</summary>
    public IReadOnlyList<CapturedCall> Calls { get; }

    /// <summary>What could not be used: damage to the file, streams in codecs that are not decoded.</summary>
    public IReadOnlyList<SoundWarning> Warnings => [.. _warnings.Select(w => w.Warning)];

    /// <summary>Those of a call: of the file as a whole, and of streams that were sent meanwhile, at their time in the call.</summary>
    public IEnumerable<SoundWarning> WarningsOf(CapturedCall call) => _warnings.Where(w => w.Concerns(call, Calls)).Select(w => w.In(call));

    /// <summary>Scans a capture.</summary>
    /// <param name="path">A pcap or pcapng file, or <c>-</c> for standard input (which is kept in memory).</param>
    /// <exception cref="BadInputException">Not a capture, no RTP in it, or none that can be decoded.</exception>
    public static async Task<CaptureReplay> OpenAsync(string path, CaptureReplayOptions? options = null,
        CancellationToken cancellation = default)
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
        List<CaptureWarning> warnings = [];
        await using (var reader = await open(cancellation).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false)) scan.Add(reader.Current);
            warnings.AddRange(CaptureWarning.Of(reader));
            if (scan.Legs.Count == 0) throw NoRtp(name, reader.Counts);
        }
        List<CapturedLeg> legs = [];
        List<CaptureWarning> problems = [];
        foreach (var trace in scan.Legs)
        {
            if (CapturedPayloads.TryRead(trace, options.Payloads, out var leg, out var problem)) legs.Add(leg);
            else problems.Add(new CaptureWarning(problem, trace.First, trace.Last));
        }
        if (legs.Count == 0)
            throw new BadInputException($"{name}: {problems[0].Warning.Cause}"
                + (problems.Count > 1 ? $" ({problems.Count - 1} more like it)" : ""), CapturedPayloads.Remedy);
        warnings.AddRange(problems);
        return new CaptureReplay(open, CallPairing.Pair(legs, options.Parties), warnings);
    }

    /// <summary>Replays a call. Legs must be read meanwhile; their pipes are completed at the end.</summary>
    /// <param name="pipes">One for each leg, at the rate of its format.</param>
    /// <param name="onEvent">Called with the leg's index for each telephone event.</param>
    /// <param name="onWarning">Called with the leg's index for sound that yields nothing; true: it holds no longer.</param>
    /// <returns>What each leg's line was like.</returns>
    public async Task<IReadOnlyList<RtpStatistics>> ReplayAsync(CapturedCall call, IReadOnlyList<LegPipe> pipes, ReplayPace pace,
        Action<int, TelephoneEvent>? onEvent = null, Action<int, SoundWarning, bool>? onWarning = null,
        CancellationToken cancellation = default)
    {
        var clock = new ReplayClock(call.First, pace);
        var options = new RtpReceiverOptions { StampAudio = pace.Speed is not null, Origin = new AudioOrigin() };
        var receivers = call.Legs.Select((leg, i) => new RtpReceiver(pipes[i], leg.Payloads, clock.StampsPerSecond,
            options with { Warned = (warning, over) => onWarning?.Invoke(i, warning, over) })
        {
            TelephoneEventReceived = told => onEvent?.Invoke(i, told),
        }).ToArray();
        try
        {
            await FeedAsync(call, pipes, receivers, clock, cancellation).ConfigureAwait(false);
        }
        finally
        {
            foreach (var receiver in receivers) receiver.Complete();
        }
        foreach (var receiver in receivers) new RtpMetrics().Publish(receiver.Statistics);
        return [.. receivers.Select(receiver => receiver.Statistics)];
    }

    /// <summary>A call's datagrams as they were captured, to be sent again: a source for each leg.</summary>
    public async Task<IReadOnlyList<IPacedSource>> LoadAsync(CapturedCall call, CancellationToken cancellation = default)
    {
        var clock = new ReplayClock(call.First, ReplayPace.FullSpeed);
        var streams = call.Legs.Select(_ => new CapturedStream()).ToArray();
        await using var reader = await _open(cancellation).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            if (!TryFind(call, reader.Current, out var leg, out var rtcp)) continue;
            clock.Advance(reader.Current.Time);
            streams[leg].Add(clock.Elapsed, reader.Current.Payload.Span, rtcp);
        }
        return streams;
    }

    private static BadInputException NoRtp(string name, CaptureCounts counts) => new(
        counts.Datagrams == 0
            ? $"{name}: no UDP in {counts.Frames} frames ({counts.Truncated} cut short, {counts.Fragments} fragments, {counts.Broken} "
            + $"broken)"
            : $"{name}: no RTP in {counts.Datagrams} UDP datagrams",
        "capture the media (UDP, whole packets, no SRTP), for example: tcpdump -s 0 -w call.pcap udp");

    private async Task FeedAsync(CapturedCall call, IReadOnlyList<LegPipe> pipes, RtpReceiver[] receivers, ReplayClock clock,
        CancellationToken cancellation)
    {
        var ticked = TimeSpan.Zero;
        await using var reader = await _open(cancellation).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            var datagram = reader.Current;
            if (!TryFind(call, datagram, out var leg, out var rtcp)) continue;
            clock.Advance(datagram.Time);
            // What comes after the last audio is a goodbye: no reason to let the audio time go on.
            while (datagram.Time <= call.Last && ticked + TickPeriod <= clock.Elapsed)
            {
                ticked += TickPeriod;
                foreach (var receiver in receivers) receiver.Tick(clock.Stamp(ticked));
            }
            if (clock.IsPaced) await clock.WaitAsync(cancellation).ConfigureAwait(false);
            else await RoomAsync(pipes[leg], cancellation).ConfigureAwait(false);

            var arrival = clock.Stamp(clock.Elapsed);
            if (rtcp) receivers[leg].ReceiveRtcp(datagram.Payload.Span, datagram.Source, arrival);
            else receivers[leg].Receive(datagram.Payload.Span, datagram.Source, arrival);
        }
    }

    private static async ValueTask RoomAsync(LegPipe pipe, CancellationToken cancellation)
    {
        var limit = (long)(LegPipe.Limit.TotalSeconds * pipe.SampleRate / 2);
        while (pipe.WaitingSamples > limit) await Task.Delay(RoomPoll, cancellation).ConfigureAwait(false);
    }

    /// <summary>The leg that a datagram of the call goes to.</summary>
    private static bool TryFind(CapturedCall call, in UdpDatagram datagram, out int leg, out bool rtcp)
    {
        (leg, rtcp) = (0, false);
        if (datagram.Time < call.First || datagram.Time > call.Last + GoodbyeWithin) return false;
        for (; leg < call.Legs.Count; leg++)
        {
            var to = call.Legs[leg].Destination;
            rtcp = datagram.Destination == to with { Port = (ushort)(to.Port + 1) };
            if (rtcp || (datagram.Destination == to && datagram.Time <= call.Last)) return true;
        }
        return false;
    }
}
