using Microsoft.Extensions.Logging;
using SpeechQA.Engine.Alerts;
using SpeechQA.Engine.Facts;
using SpeechQA.Engine.Meaning.Secrets;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Calls;

/// <summary>
/// A call that is followed: its legs, each advanced by its own loop, and its timeline. Whoever opened it writes audio into
/// the legs' pipes and completes them; then the call ends by itself and <see cref="Completion"/> is done.
/// </summary>
public sealed class Call
{
    private const string Completed = "completed";

    private readonly CallTimeline _timeline;
    private readonly LegServices _services;
    private readonly CallLoad _load;
    private string _reason = Completed;

    internal Call(string id, CallOptions options, LegServices services, ICallRules rules, IReadOnlyList<SecretPattern> secrets,
        IReadOnlyList<string> languages, Action<CallEvent> publish)
    {
        (Id, Options, _services) = (id, options, services);
        Description = new CallDescription(options.ExternalId, options.Agent, options.Queue, options.Language,
            [.. options.Legs.Select(l => l.Party)], services.Time.GetUtcNow())
        {
            Inflection = [.. options.Legs.Select(l => l.Party).Where(party => services.Inflection?.Follows(party) ?? false).Distinct()],
        };
        _timeline = new CallTimeline(id, options.Legs.Count, rules, new TranscriptSecrecy([.. options.Legs.Select(l => l.Party)], secrets, options.Unmasked && !options.Live), services.Text,
            new FactCollector(services.Facts, new RuleCall(options.Queue, [.. options.Legs.Select(l => l.Party)])), e => { Log.Add(e); publish(e); }, services.Time);
        _load = CallLoad.Of(options, services.Overload);
        Legs = [.. options.Legs.Select((leg, i) => new Leg(i, leg, services, LanguageOf(options, languages), _timeline, options, _load))];
    }

    public string Id { get; }
    public CallOptions Options { get; }
    public CallDescription Description { get; }
    public IReadOnlyList<Leg> Legs { get; }

    /// <summary>The call's events in order.</summary>
    public CallLog Log { get; } = new();

    /// <summary>Done when all audio has been worked through and the last event was published; never faulted.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Everything said, complete after <see cref="Completion"/>; by start, then leg.</summary>
    public IReadOnlyList<Utterance> Utterances => [.. _timeline.Utterances.OrderBy(u => u.Start).ThenBy(u => u.Leg)];

    /// <summary>Everything raised, complete after <see cref="Completion"/>; by start, then rule, party, end and leg.</summary>
    public IReadOnlyList<Alert> Alerts =>
        [.. _timeline.Alerts.OrderBy(a => a.Start).ThenBy(a => a.Rule, StringComparer.Ordinal).ThenBy(a => a.Party).ThenBy(a => a.End).ThenBy(a => a.Leg)];

    /// <summary>What the call was like; null before <see cref="Completion"/>, and when an internal error ended the call.</summary>
    public CallFacts? Facts => _timeline.Facts;

    /// <summary>A reason to end was given: it is no longer the open call of its external id.</summary>
    public bool IsEnding => Volatile.Read(ref _reason) != Completed;

    /// <summary>Says why the call is going to end; the first reason counts.</summary>
    public void GiveReason(string reason) => Interlocked.CompareExchange(ref _reason, reason, Completed);

    /// <summary>Gives the reason and completes the legs' pipes.</summary>
    /// <remarks>Only for a caller that has stopped writing to the pipes.</remarks>
    public void End(string reason)
    {
        GiveReason(reason);
        foreach (var leg in Legs) leg.Pipe.Complete();
    }

    /// <summary>Publishes what the line of a leg is like.</summary>
    public void ReportLine(int leg, LineFacts line) => _timeline.ReportLine(leg, Legs[leg].Party, line with { LevelDbov = Legs[leg].SpeechLevel });

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
        _timeline.Begin(Description);
        Completion = Task.Run(RunAsync);
    }

    private async Task RunAsync()
    {
        EngineMetrics.OpenCalls.Add(1);
        try
        {
            var timeline = _timeline.RunAsync(() => _reason, _load);
            await Task.WhenAll(Legs.Select(RunLegAsync)).ConfigureAwait(false);
            _timeline.Complete();
            await timeline.ConfigureAwait(false);
            TellSite();
            if (_load.Shed is { } shed)
                _services.Logger.LogWarning("The machine was behind: call {Call} went without {Shed}.", Id, string.Join(", ", shed.Select(s => $"{s.Value} {s.Key}")));
        }
        catch (Exception e)
        {
            EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", "call"));
            _services.Logger.LogError(e, "Call {Call} ended by an internal error; other calls go on.", Id);
        }
        finally
        {
            EngineMetrics.OpenCalls.Add(-1);
            foreach (var leg in Legs) leg.Release();
        }
    }

    /// <summary>
    /// A calm customer of a live call is taken into the site's means. Of a caller who is not known it cannot be told whether
    /// all calls are one person's, so he does not count.
    /// </summary>
    private void TellSite()
    {
        if (!Options.Live || Options.Caller is not { Length: > 0 } caller || _services.Inflection?.Site is not { } site) return;
        for (var i = 0; i < Legs.Count; i++)
            if (Legs[i].Party == Party.Customer && Legs[i].CalmOf(caller) is { } calm) site.Add(Options.Legs[i].Line, calm);
    }

    private async Task RunLegAsync(Leg leg)
    {
        try
        {
            await leg.RunAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            EngineMetrics.Failures.Add(1, new KeyValuePair<string, object?>("place", "leg"));
            _services.Logger.LogError(e, "Leg {Leg} of call {Call} stopped by an internal error; the other leg goes on.", leg.Index, Id);
            await _timeline.PostAsync(new LegEnded(leg.Index, leg.Party, leg.Position)).ConfigureAwait(false);
        }
    }

    private static LegLanguage LanguageOf(CallOptions options, IReadOnlyList<string> languages) =>
        options.Language == "auto" ? new LegLanguage(languages) : new LegLanguage(options.Language);
}
