using System.Collections.Concurrent;
using SpeechQA.Engine;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Ingest.Rtp;
using SpeechQA.Host.Api;
using SpeechQA.Host.Metrics;
using SpeechQA.Host.Server;

namespace SpeechQA.Host.Calls;

/// <summary>
/// The calls that are received now: opens them within the limits, looks after each once a second, and ends those that
/// are over.
/// </summary>
internal sealed partial class CallSessions : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Every how many periods the lines are reported.</summary>
    private const int ReportPeriods = 3;

    private readonly ConcurrentDictionary<string, LiveCall> _calls = new();
    private readonly ConcurrentDictionary<string, Task> _ending = new();
    private readonly Lock _lock = new();
    private readonly SpeechEngine _engine;
    private readonly ServerOptions _options;
    private readonly PortPool _ports;
    private readonly TimeProvider _time;
    private readonly ILogger<CallSessions> _logger;
    private readonly ITimer _timer;
    private int _periods;
    private bool _stopping;

    public CallSessions(SpeechEngine engine, ServerOptions options, PortPool ports, TimeProvider time, ILogger<CallSessions> logger)
    {
        (_engine, _options, _ports, _time, _logger) = (engine, options, ports, time, logger);
        _timer = time.CreateTimer(static sessions => ((CallSessions)sessions!).LookAfter(), this, Period, Period);
    }

    /// <summary>Calls opened since the start.</summary>
    public int Opened { get; private set; }

    public LiveCall? Find(string id) => _calls.GetValueOrDefault(id);

    /// <summary>Opens a call, or answers the open one with the same external id and legs (<c>Created</c> is false).</summary>
    /// <exception cref="ApiProblem">A limit, or an open call with the same id and other legs.</exception>
    public (LiveCall Call, bool Created) Open(CallPlan plan)
    {
        lock (_lock)
        {
            if (_stopping) throw new ApiProblem(StatusCodes.Status503ServiceUnavailable, "stopping", "the server is stopping", "try another server") { RetryAfter = 30 };
            if (plan.ExternalId is { } id && OpenWith(id) is { } open) return (Same(open, plan), false);
            if (_calls.Count >= _options.MaxCalls)
                throw new ApiProblem(StatusCodes.Status503ServiceUnavailable, "too-many-calls", $"{_calls.Count} calls are open, and no more are allowed",
                    "end calls, or start the server with a higher --max-calls")
                { RetryAfter = 5 };
            var ports = OpenPorts(plan.Legs.Count);
            var call = new LiveCall(OpenCall(plan, ports), plan, _ports.Address, ports, _time, _logger);
            _calls[call.Call.Id] = call;
            _ = EndWithAsync(call);
            Opened++;
            HostMetrics.CallsOpened.Add(1);
            return (call, true);
        }
    }

    /// <summary>Ends a call, or waits for one that is being ended; done when its last event is out. A call that is not known is left alone.</summary>
    public async Task EndAsync(string id, CallEnd why)
    {
        Task? ended;
        lock (_lock)
        {
            if (_calls.TryRemove(id, out var call))
            {
                HostMetrics.CallsEnded.Add(1, new KeyValuePair<string, object?>("reason", why.Code));
                _ending[id] = call.EndAsync(why);
            }
            if (!_ending.TryGetValue(id, out ended)) return;
        }
        try
        {
            await ended.ConfigureAwait(false);
        }
        finally
        {
            _ending.TryRemove(id, out _);
        }
    }

    /// <summary>Ends all calls and takes no more.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock) _stopping = true;
        await _timer.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_calls.Keys.Concat(_ending.Keys).Select(id => EndAsync(id, CallEnd.Stopping))).ConfigureAwait(false);
    }

    private LiveCall? OpenWith(string externalId) => _calls.Values.FirstOrDefault(c => c.Plan.ExternalId == externalId);

    private static LiveCall Same(LiveCall open, CallPlan plan) => open.Plan.Legs.SequenceEqual(plan.Legs)
        ? open
        : throw new ApiProblem(StatusCodes.Status409Conflict, "other-legs", $"call '{plan.ExternalId}' is open with other legs",
            $"send the same legs, another callId, or end it first with DELETE /api/calls/{open.Call.Id}");

    private List<RtpPorts> OpenPorts(int count)
    {
        List<RtpPorts> opened = [];
        while (opened.Count < count)
        {
            var outcome = _ports.TryOpen(out var ports);
            if (outcome == PortOutcome.Opened)
            {
                opened.Add(ports!);
                continue;
            }
            foreach (var pair in opened) pair.Dispose();
            throw Refusal(outcome);
        }
        return opened;
    }

    private Call OpenCall(CallPlan plan, List<RtpPorts> ports)
    {
        try
        {
            return _engine.Open(plan.Options with { Partials = new PartialOptions { Enabled = _options.Partials } }).Call;
        }
        catch
        {
            foreach (var pair in ports) pair.Dispose();
            throw;
        }
    }

    private ApiProblem Refusal(PortOutcome outcome) => new(StatusCodes.Status503ServiceUnavailable, "no-ports", outcome switch
    {
        PortOutcome.Exhausted => $"all {_ports.Pairs} pairs of RTP ports are in use or cooling down",
        PortOutcome.InUse => "the free RTP ports are held by other programs",
        _ => $"RTP ports cannot be opened on {_ports.Address}",
    }, outcome == PortOutcome.AddressRefused ? "start the server with another --rtp-address" : "end calls, or start the server with another --rtp-ports")
    {
        RetryAfter = (int)_options.PortCoolDown.TotalSeconds,
    };

    private void LookAfter()
    {
        var report = ++_periods % ReportPeriods == 0;
        foreach (var (id, call) in _calls)
        {
            if (report) call.ReportLines();
            if (call.Over(_options.IdleTimeout) is { } why) _ = EndQuietlyAsync(id, why);
        }
    }

    /// <summary>Closes the ports of a call that a fault has ended, at once; a call that was ended is over by then.</summary>
    private async Task EndWithAsync(LiveCall call)
    {
        await call.Call.Completion.ConfigureAwait(false);
        await EndQuietlyAsync(call.Call.Id, CallEnd.Failed).ConfigureAwait(false);
    }

    private async Task EndQuietlyAsync(string id, CallEnd why)
    {
        try
        {
            await EndAsync(id, why).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogNotEnded(e, id);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Call {Call} could not be ended properly; the others go on.")]
    private partial void LogNotEnded(Exception e, string call);
}
