using System.Diagnostics.Metrics;
using System.Text.Json;
using SpeechQA.Engine.Calls;
using SpeechQA.Engine.Calls.Legs;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Rules.Definitions;
using SpeechQA.Engine.Speech.Activity;
using SpeechQA.Engine.Tests.Fakes;

namespace SpeechQA.Engine.Tests.Calls;

/// <summary>Two calls of one engine at the same time: one with a fault somewhere, one without.</summary>
internal sealed class FaultyCall : IDisposable
{
    /// <summary>Longest wait for what must happen: it only ends a test that has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Samples written at a time: 0.2 s.</summary>
    private const int Block = 1_600;

    private readonly List<CallEvent> _events = [];
    private readonly List<string> _places = [];
    private readonly CallRegistry _calls = new();
    private readonly ErrorLines _log = new();
    private readonly MeterListener _meter = new();
    private readonly LegServices _services;

    /// <param name="voice">Voice activity of both calls.</param>
    public FaultyCall(SileroModel voice)
    {
        _services = new LegServices(voice, new FakeRecognizer(), TimeProvider.System, _log);
        SpeechEngine.AnnounceMetrics();
        _meter.InstrumentPublished = (instrument, meter) =>
        {
            if (ReferenceEquals(instrument, EngineMetrics.Failures)) meter.EnableMeasurementEvents(instrument);
        };
        _meter.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
                if (tag.Value is "leg" or "timeline" or "call") lock (_places) _places.Add((string)tag.Value);
        });
        _meter.Start();
    }

    /// <summary>The call with the fault.</summary>
    public Call Call { get; private set; } = null!;

    /// <summary>Its events on the feed.</summary>
    public IReadOnlyList<CallEvent> Events
    {
        get { lock (_events) return [.. _events]; }
    }

    /// <summary>Places whose fault has ended a call.</summary>
    public IReadOnlyList<string> Places
    {
        get { lock (_places) return [.. _places]; }
    }

    /// <inheritdoc cref="ErrorLines.Lines"/>
    public IReadOnlyList<string> Errors => _log.Lines;

    /// <summary>Opens the call and lets audio in, without ever ending it unless it must.</summary>
    /// <param name="audio">Of each leg, 8 kHz.</param>
    /// <returns>Done when the call is over.</returns>
    public async Task FollowAsync(Fault fault, IReadOnlyList<short[]> audio)
    {
        var options = new CallOptions
        {
            Live = fault.Live,
            Language = "en",
            Legs = [new(Party.Agent), new(Party.Customer)],
            Partials = new PartialOptions { InAudioTime = !fault.UnderLoad },
        };
        var thrown = false;
        void Publish(CallEvent e)
        {
            if (!thrown && fault.Event is { } type && type.IsInstanceOfType(e))
            {
                thrown = true;
                throw new InvalidOperationException("a fault of a subscriber");
            }
            lock (_events) _events.Add(e);
        }
        var ruling = RulingOf(options, fault.Rules());
        (Call, _) = _calls.Add(null, () => new Call("faulty", options, fault.Services(_services), ruling, ["en"], Publish));
        fault.Opened(Call);
        await Task.WhenAll(Call.Legs.Select((leg, i) => WriteAsync(leg, audio[i]))).WaitAsync(Patience);
        if (fault.Raised is { } then)
        {
            while (!Call.Log.After(0).Any(e => e is AlertRaised)) await Task.Delay(10);
            then(Call);
        }
        if (fault.AtEnd) Call.End("the test is over");
        await Call.Completion.WaitAsync(Patience);
    }

    /// <summary>The events of a call without a fault, but for what differs each time.</summary>
    public async Task<IReadOnlyList<string>> FollowOtherAsync(short[] audio)
    {
        var events = new List<string>();
        void Publish(CallEvent e)
        {
            if (e is not CallStarted) events.Add(JsonSerializer.Serialize(e));
        }
        var options = new CallOptions { Live = false, Language = "en", Legs = [new(Party.Customer)] };
        var ruling = RulingOf(options, new FaultyRules());
        var (call, _) = _calls.Add(null, () => new Call("other", options, _services, ruling, ["en"], Publish));
        await WriteAsync(call.Legs[0], audio);
        call.End("completed");
        await call.Completion.WaitAsync(Patience);
        return events;
    }

    public void Dispose() => _meter.Dispose();

    private static CallRuling RulingOf(CallOptions options, ICallRules rules) =>
        new(rules, new RuleCall(null, [.. options.Legs.Select(l => l.Party)]), []);

    private static async Task WriteAsync(Leg leg, short[] audio)
    {
        for (var at = 0; at < audio.Length; at += Block)
            await leg.Pipe.WriteAsync(audio.AsMemory(at, Math.Min(Block, audio.Length - at))).AsTask().WaitAsync(Patience);
    }
}

/// <summary>Where a call has a fault.</summary>
internal sealed record Fault(string Place)
{
    /// <summary>What the call is made of.</summary>
    public Func<LegServices, LegServices> Services { get; init; } = services => services;

    public Func<ICallRules> Rules { get; init; } = () => new FaultyRules();

    /// <summary>Happens to the call before its first audio.</summary>
    public Action<Call> Opened { get; init; } = _ => { };

    /// <summary>Happens to it after its first alert.</summary>
    public Action<Call>? Raised { get; init; }

    /// <summary>Whoever takes the call's events throws at the first of this type.</summary>
    public Type? Event { get; init; }

    /// <summary>
    /// The call gives up what the machine has no time for, as it does in production; otherwise its events depend on the audio alone.
    /// </summary>
    public bool UnderLoad { get; init; }

    /// <summary>False: a recording.</summary>
    public bool Live { get; init; } = true;

    /// <summary>The fault shows when the audio is over.</summary>
    public bool AtEnd { get; init; }
}
