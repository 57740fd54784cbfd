using System.Collections.Concurrent;
using SpeechQA.Engine;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Ingest.Rtp.Receive;
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
    /// <summary>Label of <see cref="EngineMetrics.Failures"/>.</summary>
    private const string Place = "sessions";

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
            if (_stopping)
                throw new ApiProblem(StatusCodes.Status503ServiceUnavailable, "stopping", "the server is stopping", "try another server")
                {
                    RetryAfter = 30,
                };
            List<RtpPorts> ports = [];
            var (call, created) = OpenCall(plan, ports);
            if (!created) return (Same(call, plan), false);
            var live = new LiveCall(call, plan, _ports.Address, ports, _time, _logger);
            _calls[call.Id] = live;
            _ = EndWithAsync(live);
            Opened++;
            HostMetrics.CallsOpened.Add(1);
            return (live, true);
        }
    }

    /// <summary>
    /// Ends a call, or waits for one that is being ended; done when its last event is out. A call that is not known is left alone.
    /// </summary>
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

    /// <summary>Opens the call at the engine, which knows whether it is open already; its ports only when it is new.</summary>
    private (Call Call, bool Created) OpenCall(CallPlan plan, List<RtpPorts> ports)
    {
        try
        {
            return _engine.Open(plan.Options with { Partials = new PartialOptions { Enabled = _options.Partials } }, opening: () =>
            {
                if (_calls.Count >= _options.MaxCalls)
                    throw new ApiProblem(StatusCodes.Status503ServiceUnavailable, "too-many-calls",
                        $"{_calls.Count} calls are open, and no more are allowed",
                        "end calls, or start the server with a higher --max-calls")
                    { RetryAfter = 5 };
                OpenPorts(plan.Legs.Count, ports);
            });
        }
        catch
        {
            foreach (var pair in ports) pair.Dispose();
            throw;
        }
    }

    private LiveCall Same(Call open, CallPlan plan) => _calls.TryGetValue(open.Id, out var live) && live.Plan.Legs.SequenceEqual(plan.Legs)
        ? live
        : throw new ApiProblem(StatusCodes.Status409Conflict, "other-legs", $"call '{plan.ExternalId}' is open with other legs",
            $"send the same legs, another callId, or end it first with DELETE /api/calls/{open.Id}");

    private void OpenPorts(int count, List<RtpPorts> opened)
    {
        while (opened.Count < count)
        {
            var outcome = _ports.TryOpen(out var ports);
            if (outcome != PortOutcome.Opened) throw Refusal(outcome);
            opened.Add(ports!);
        }
    }

    private ApiProblem Refusal(PortOutcome outcome) => new(StatusCodes.Status503ServiceUnavailable, "no-ports", outcome switch
    {
        PortOutcome.Exhausted => $"all {_ports.Pairs} pairs of RTP ports are in use or cooling down",
        PortOutcome.InUse => "the free RTP ports are held by other programs",
        _ => $"RTP ports cannot be opened on {_ports.Address}",
    }, outcome == PortOutcome.AddressRefused
        ? "start the server with another --rtp-address"
        : "end calls, or start the server with another --rtp-ports")
    {
        RetryAfter = (int)_options.PortCoolDown.TotalSeconds,
    };

    private void LookAfter()
    {
        var report = ++_periods % ReportPeriods == 0;
        foreach (var (id, call) in _calls) LookAfter(id, call, report);
    }

    // On a timer's thread, where a fault would end the process: it is this call's alone.
    private void LookAfter(string id, LiveCall call, bool report)
    {
        try
        {
            if (report) call.ReportLines();
            if (call.Over(_options.IdleTimeout) is { } why) _ = EndQuietlyAsync(id, why);
        }
        catch (Exception e)
        {
            EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", Place));
            if (!call.IsNeglected) LogNotLookedAfter(e, id);
            call.IsNeglected = true;
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
            EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", Place));
            LogNotEnded(e, id);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Call {Call} could not be ended properly; the others go on.")]
    private partial void LogNotEnded(Exception e, string call);

    [LoggerMessage(2, LogLevel.Error, "Call {Call} could not be looked after; it is tried again every second, and the others go on.")]
    private partial void LogNotLookedAfter(Exception e, string call);
}
