using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Calls.Legs;
using SpeechQA.Engine.Calls.Load;
using SpeechQA.Engine.Calls.Options;
using SpeechQA.Engine.Calls.Supervision;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Facts;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Calls;

/// <summary>
/// A call that is followed: its legs, each advanced by its own loop, and its timeline. Whoever opened it writes audio into
/// the legs' pipes and completes them; then the call ends by itself and <see cref="Completion"/> is done. A fault in any of
/// its loops ends the call at once, with the reason <see cref="InternalError"/>, and no other call.
/// </summary>
public sealed partial class Call
{
    /// <summary>Reason of the event <c>call.ended</c> when a fault has ended the call: what was said after it is not known.</summary>
    public const string InternalError = "internal-error";

    private const string Completed = "completed";

    private readonly CallTimeline _timeline;
    private readonly LegServices _services;
    private readonly CallLoad _load;
    private readonly CallSupervisor _supervisor;
    private string _reason = Completed;

    /// <param name="languages">Codes from which one is chosen when the call says <c>auto</c>.</param>
    /// <param name="publish">Takes every event of the call, in order.</param>
    internal Call(string id, CallOptions options, LegServices services, CallRuling ruling, IReadOnlyList<string> languages,
        Action<CallEvent> publish)
    {
        (Id, Options, _services) = (id, options, services);
        var parties = ruling.Call.Parties;
        Description = new CallDescription(options.ExternalId, options.Agent, options.Queue, options.Language, parties,
            services.Time.GetUtcNow())
        {
            Inflection = [.. parties.Where(party => services.Inflection?.Follows(party) ?? false).Distinct()],
        };
        _supervisor = new CallSupervisor(id, services.Logger);
        _timeline = new CallTimeline(parties.Count, new TimelineParts
        {
            Rules = ruling.Rules,
            Secrecy = new TranscriptSecrecy(parties, ruling.Secrets, options.Unmasked && !options.Live),
            Text = services.Text,
            Facts = new FactCollector(services.Facts, ruling.Call),
        }, new CallPublisher(id, Log, publish), services.Time);
        _load = CallLoad.Of(options, services.Overload);
        Legs = [.. options.Legs.Select((leg, i) => new Leg(ContextOf(i, leg, ruling.Rules), LanguageOf(options, languages), _timeline))];
    }

    /// <summary>Of the engine's own: 12 hex digits.</summary>
    public string Id { get; }

    /// <summary>What it was opened with.</summary>
    public CallOptions Options { get; }

    /// <summary>The same as others see it.</summary>
    public CallDescription Description { get; }

    /// <summary>One or two, by leg index.</summary>
    public IReadOnlyList<Leg> Legs { get; }

    /// <summary>The call's events in order.</summary>
    public CallLog Log { get; } = new();

    /// <summary>Done when all audio has been worked through and the last event was published; never faulted.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Everything said, complete after <see cref="Completion"/>; by start, then leg.</summary>
    public IReadOnlyList<Utterance> Utterances => [.. _timeline.Utterances.OrderBy(u => u.Start).ThenBy(u => u.Leg)];

    /// <summary>Everything raised, complete after <see cref="Completion"/>; by start, then rule, party, end and leg.</summary>
    public IReadOnlyList<Alert> Alerts =>
        [.. _timeline.Alerts.OrderBy(a => a.Start).ThenBy(a => a.Rule, StringComparer.Ordinal).ThenBy(a => a.Party).ThenBy(a => a.End)
            .ThenBy(a => a.Leg)];

    /// <summary>Sound that yielded nothing, complete after <see cref="Completion"/>; by start, leg and kind.</summary>
    public IReadOnlyList<SoundWarning> Warnings => _timeline.Warnings;

    /// <summary>What the call was like; null before <see cref="Completion"/>, and when a fault of its timeline ended the call.</summary>
    public CallFacts? Facts => _timeline.Facts;

    /// <summary>A reason to end was given, or a fault ends it: it is no longer the open call of its external id.</summary>
    public bool IsEnding => _supervisor.HasFailed || Volatile.Read(ref _reason) != Completed;

    /// <summary>Says why the call is going to end; the first reason counts, but for <see cref="InternalError"/>.</summary>
    public void GiveReason(string reason) => Interlocked.CompareExchange(ref _reason, reason, Completed);

    /// <summary>Gives the reason and completes the legs' pipes.</summary>
    /// <remarks>Only for a caller that has stopped writing to the pipes.</remarks>
    public void End(string reason)
    {
        GiveReason(reason);
        foreach (var leg in Legs) leg.Pipe.Complete();
    }

    /// <summary>Publishes what the line of a leg is like.</summary>
    public void ReportLine(int leg, LineFacts line) =>
        _timeline.ReportLine(leg, Legs[leg].Party, line with { LevelDbov = Legs[leg].SpeechLevel });

    /// <summary>Publishes that sound yields nothing, once for each leg and kind; the facts of the call hold it, too.</summary>
    /// <param name="leg">Index of the leg whose sound it is; null: the warning says so itself.</param>
    /// <param name="over">A warning told before holds no longer.</param>
    public void Warn(SoundWarning warning, int? leg = null, bool over = false) =>
        _timeline.Note(new LineNote(leg is { } index ? warning with { Leg = index, Party = Legs[index].Party } : warning, over));

    /// <summary>Publishes what a person did about an alert of the call, also when the call is over.</summary>
    /// <returns>False when the call has raised no such alert.</returns>
    public async ValueTask<bool> SetAlertStateAsync(string alertId, AlertState state, string? by)
    {
        if (!Log.HasAlert(alertId)) return false;
        var change = new AlertStateChange(alertId, state, by);
        if (_timeline.TryChangeState(change)) return true;
        await Completion.ConfigureAwait(false);
        _timeline.ChangeStateAfterEnd(change);
        return true;
    }

    internal void Start()
    {
        try
        {
            _timeline.Begin(Description);
        }
        catch (Exception e)
        {
            _supervisor.Fail("timeline", e);
        }
        Completion = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        EngineMetrics.OpenCalls.Add(1);
        try
        {
            var timeline = _supervisor.WatchAsync("timeline", () => _timeline.RunAsync(ReasonToEnd, _load));
            await Task.WhenAll(Legs.Select(leg => leg.RunAsync(_supervisor))).ConfigureAwait(false);
            await _supervisor.WatchAsync("call", TellWhatWasHeardAsync).ConfigureAwait(false);
            _timeline.Complete();
            await timeline.ConfigureAwait(false);
            if (_supervisor.HasFailed) _timeline.EndByFault();
        }
        finally
        {
            EngineMetrics.OpenCalls.Add(-1);
        }
    }

    private string ReasonToEnd() => _supervisor.HasFailed ? InternalError : Volatile.Read(ref _reason);

    private Task TellWhatWasHeardAsync()
    {
        if (_supervisor.HasFailed) return Task.CompletedTask;
        TellSite();
        if (_load.Shed is { } shed) LogShed(_services.Logger, Id, string.Join(", ", shed.Select(s => $"{s.Value} {s.Key}")));
        return Task.CompletedTask;
    }

    /// <summary>
    /// A calm customer of a live call is taken into the site's means. Of a caller who is not known it cannot be told whether
    /// all calls are one person's, so he does not count.
    /// </summary>
    private void TellSite()
    {
        if (!Options.Live || _services.Inflection?.Site is not { } site) return;
        for (var i = 0; i < Legs.Count; i++)
            if (Legs[i].Party == Party.Customer && Legs[i].Calm is { } calm) site.Add(Options.Legs[i].Line, calm);
    }

    private LegContext ContextOf(int index, LegOptions leg, IEarlyRules rules) => new()
    {
        Id = new LegId(index, leg.Party),
        Options = leg,
        Call = Options,
        Services = _services,
        Load = _load,
        Rules = rules,
        Stop = _supervisor.Stop,
    };

    private static LegLanguage LanguageOf(CallOptions options, IReadOnlyList<string> languages) =>
        options.Language == "auto" ? new LegLanguage(languages) : new LegLanguage(options.Language);

    [LoggerMessage(1, LogLevel.Warning, "The machine was behind: call {Call} went without {Shed}.")]
    private static partial void LogShed(ILogger logger, string call, string shed);
}
