using System.Net;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Ingest.Rtp.Receive;

namespace SpeechQA.Host.Calls;

/// <summary>A call that is received over RTP: the engine's call and the ports of its legs.</summary>
internal sealed class LiveCall
{
    private readonly RtpEndpoint[] _legs;
    private readonly RtpStatistics[] _reported;
    private readonly TimeProvider _time;
    private readonly long _opened;
    private readonly Lock _ending = new();
    private Task? _ended;

    /// <param name="ports">One pair for each leg; owned from now on.</param>
    public LiveCall(Call call, CallPlan plan, IPAddress address, IReadOnlyList<RtpPorts> ports, TimeProvider time, ILogger logger)
    {
        (Call, Plan, Address, _time, _opened) = (call, plan, address, time, time.GetTimestamp());
        var origin = new AudioOrigin();
        _legs = [.. plan.Legs.Select((leg, i) => new RtpEndpoint(ports[i], call.Legs[i].Pipe, leg.Payloads, time, new RtpReceiverOptions
        {
            Origin = origin,
            Source = leg.Source,
            Logger = logger,
            Warned = (warning, over) => call.Warn(warning, i, over),
        }))];
        _reported = new RtpStatistics[_legs.Length];
    }

    public Call Call { get; }
    public CallPlan Plan { get; }

    /// <summary>It could not be looked after, which was told.</summary>
    public bool IsNeglected { get; set; }

    /// <summary>Local address of the ports.</summary>
    public IPAddress Address { get; }

    /// <summary>RTP port of each leg; RTCP is the next one.</summary>
    public IEnumerable<int> Ports => _legs.Select(l => l.Port);

    /// <summary>Why the call is over, or null while it goes on.</summary>
    /// <param name="idle">Longest time without a packet, from the opening on.</param>
    public CallEnd? Over(TimeSpan idle)
    {
        if (Call.Completion.IsCompleted || _legs.Any(l => l.Fault is not null)) return CallEnd.Failed;
        if (_legs.All(l => l.Statistics.Ended)) return CallEnd.Goodbye;
        var last = _legs.Max(l => l.LastArrival ?? _opened);
        if (_time.GetElapsedTime(last) < idle) return null;
        return _legs.Any(l => l.LastArrival is not null) ? CallEnd.Silent : CallEnd.Unused;
    }

    /// <summary>Publishes what the line of each leg was like since the last time, once packets have come.</summary>
    public void ReportLines()
    {
        for (var i = 0; i < _legs.Length; i++)
        {
            var now = _legs[i].Statistics;
            if (now.Received == 0) continue;
            Call.ReportLine(i, LineRating.Of(_reported[i], now));
            _reported[i] = now;
        }
    }

    /// <summary>Closes the ports and ends the call; done when all that was received has been worked through.</summary>
    public Task EndAsync(CallEnd why)
    {
        lock (_ending) return _ended ??= EndOnceAsync(why);
    }

    private async Task EndOnceAsync(CallEnd why)
    {
        Call.GiveReason(why.Reason);
        foreach (var leg in _legs) leg.Dispose();
        Call.End(why.Reason);
        await Call.Completion.ConfigureAwait(false);
    }
}

/// <summary>Why a call ended.</summary>
/// <param name="Code">For metrics.</param>
/// <param name="Reason">For people; of the event <c>call.ended</c>.</param>
internal sealed record CallEnd(string Code, string Reason)
{
    public static CallEnd Deleted { get; } = new("deleted", "ended by the caller");
    public static CallEnd Goodbye { get; } = new("goodbye", "all parties left (RTCP BYE)");
    public static CallEnd Silent { get; } = new("silent", "no packets any more");
    public static CallEnd Unused { get; } = new("unused", "no packets came");
    public static CallEnd Stopping { get; } = new("stopping", "the server is stopping");
    public static CallEnd Failed { get; } = new(SpeechQA.Engine.Calls.Call.InternalError, SpeechQA.Engine.Calls.Call.InternalError);
}
