using System.Threading.Channels;
using SpeechQA.Engine.Alerts;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Facts;
using SpeechQA.Engine.Meaning;
using SpeechQA.Engine.Meaning.Secrets;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Calls;

/// <summary>What a person did about an alert.</summary>
internal sealed record AlertStateChange(string AlertId, AlertState State, string? By);

/// <summary>
/// What happened in a call, in order. One loop is the single writer:
/// <list type="number">
/// <item>take the next event of a leg (or the line's quality); read what an utterance means;</item>
/// <item>give it to the rules that look at one leg;</item>
/// <item>settle, in the merged order, which numbers every leg has passed are secrets;</item>
/// <item>give the same events to the rules across legs, and to the facts of the call;</item>
/// <item>number what came of it and hand it to the call's log and the feed.</item>
/// </list>
/// Words of an utterance under way are shown and raise early alerts, which change nothing of the above: the final raises
/// what it would have raised, and is told as a confirmation where that was raised before.
/// </summary>
internal sealed class CallTimeline
{
    private sealed record VoiceNow(InflectionMeasured Measured);

    private readonly Channel<object> _input = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly string _call;
    private readonly ICallRules _rules;
    private readonly MergedOrder _merged;
    private readonly Action<CallEvent> _publish;
    private readonly TimeProvider _time;
    private readonly List<Alert> _alerts = [];
    private readonly TranscriptSecrecy _secrecy;
    private readonly TextModel? _text;
    private readonly FactCollector _facts;
    private readonly List<SecretFinding> _secrets = [];
    private readonly List<Alert> _raised = [];
    private readonly EarlyAlerts _early;
    private int _alertNumber;
    private long _sequence;
    private long _last;

    /// <param name="text">Reads what utterances mean; null: nobody does.</param>
    /// <param name="facts">Gathers what the call was like; of this call alone.</param>
    /// <param name="publish">Takes every numbered event, in order, on the timeline's loop.</param>
    public CallTimeline(string call, int legs, ICallRules rules, TranscriptSecrecy secrecy, TextModel? text, FactCollector facts, Action<CallEvent> publish, TimeProvider time)
    {
        (_call, _rules, _secrecy, _text, _facts, _publish, _time) = (call, rules, secrecy, text, facts, publish, time);
        _merged = new MergedOrder(legs);
        _early = new EarlyAlerts(legs);
    }

    /// <summary>Everything said and raised; complete when <see cref="RunAsync"/> has returned.</summary>
    public IEnumerable<Utterance> Utterances => _secrecy.Shown;

    /// <inheritdoc cref="Utterances"/>
    public IReadOnlyList<Alert> Alerts => _raised;

    /// <summary>What the call was like; null before <see cref="RunAsync"/> has returned.</summary>
    public CallFacts? Facts { get; private set; }

    public ValueTask PostAsync(LegEvent e) => _input.Writer.WriteAsync(e);

    /// <summary>How a live leg spoke, ahead of its words that are still being recognised; it comes again in order.</summary>
    public void Tell(InflectionMeasured measured) => _input.Writer.TryWrite(new VoiceNow(measured));

    /// <inheritdoc cref="ICallRules.MayBeEarly"/>
    public bool MayBeEarly(Party party) => _rules.MayBeEarly(party);

    public void Show(TranscriptDraft draft) => _input.Writer.TryWrite(draft);

    public void ReportLine(Party party, LineFacts line) => _input.Writer.TryWrite((party, line));

    /// <summary>False when the loop takes nothing any more: then <see cref="ChangeStateAfterEnd"/>, once it has ended.</summary>
    public bool TryChangeState(AlertStateChange change) => _input.Writer.TryWrite(change);

    /// <summary>A person may handle an alert when its call is long over.</summary>
    /// <remarks>Only after <see cref="RunAsync"/> has returned.</remarks>
    public void ChangeStateAfterEnd(AlertStateChange change)
    {
        lock (_input) Publish(change);
    }

    /// <summary>No more events will come.</summary>
    public void Complete() => _input.Writer.TryComplete();

    /// <summary>The first event, so that a call is known to all subscribers when whoever opened it gets its id.</summary>
    public void Begin(CallDescription description) => Publish(new CallStarted(_call, ++_sequence, 0, description));

    public async Task RunAsync(Func<string> reason, CallLoad load)
    {
        await foreach (var item in _input.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            switch (item)
            {
                case LegEvent e:
                    Take(e);
                    break;
                case VoiceNow(var measured):
                    Take(measured);
                    break;
                case TranscriptDraft d:
                    Take(d);
                    break;
                case AlertStateChange change:
                    Publish(change);
                    break;
                case (Party party, LineFacts line):
                    Publish(new LineQuality(_call, ++_sequence, Seconds(_last), party, line));
                    break;
            }
        }
        Facts = _facts.Finish();
        Publish(new CallScored(_call, ++_sequence, Seconds(_last), Facts) { Shed = load.Shed });
        Publish(new CallEnded(_call, ++_sequence, Seconds(_last), reason()));
    }

    private void Take(LegEvent e)
    {
        _last = Math.Max(_last, e.Decided);
        if (e is UtteranceSpoken spoken)
        {
            Publish(EventOf(_secrecy.Show(spoken.Utterance), 0));
            if (spoken.Utterance.Clock.Captured is not 0 and var captured)
                StageMetrics.TranscriptLag.Record(_time.GetElapsedTime(captured).TotalSeconds, new KeyValuePair<string, object?>("event", "final"));
            if (_text is not null) e = spoken with { Meaning = UtteranceMeaning.Read(_text, spoken.Utterance) };
        }
        if (e is InflectionMeasured { Told: false } measured) Take(measured);
        _rules.OnLeg(e, _alerts);
        Raise(e);
        Withdraw(e);
        _merged.Add(e);
        while (_merged.TryTake(out var next))
        {
            foreach (var (utterance, revision) in _secrecy.Settle(next, _secrets)) Publish(EventOf(utterance, revision));
            OnMerged(next);
            _facts.Take(next);
            foreach (var secret in _secrets) OnMerged(new SecretSpoken(secret, next.Decided) { Captured = next.Captured });
            _secrets.Clear();
        }
    }

    private void OnMerged(LegEvent e)
    {
        _rules.OnMerged(e, _alerts);
        Raise(e);
    }

    private void Take(InflectionMeasured measured)
    {
        Publish(new InflectionHeard(_call, ++_sequence, Seconds(measured.End), measured.Party, InflectionPoint.Of(measured)));
        _rules.OnVoice(measured, _alerts);
        Raise(measured);
    }

    private void Take(TranscriptDraft draft)
    {
        if (!draft.IsShown) Publish(EventOf(_secrecy.Show(draft)));
        var waits = _rules.OnDraft(draft.Heard, draft.Paused, [.. _early.Of(draft.Leg).Select(e => e.Alert)], _alerts);
        var matched = _time.GetTimestamp();
        foreach (var alert in _alerts.Select(AlertMask.Of))
        {
            var info = InfoOf(alert, ++_alertNumber);
            _early.Add(new EarlyAlert(info.Id, alert));
            EngineMetrics.CountEarly("raised", alert.Rule);
            Publish(new AlertRaised(_call, ++_sequence, Seconds(alert.Decided), info, ClockOf(AlertKind.Of(alert), draft.SoFar.Clock, matched, measure: true)) { Early = true });
        }
        _alerts.Clear();
        draft.Judge(waits);
    }

    private void Raise(LegEvent cause)
    {
        if (_alerts.Count == 0) return;
        var matched = _time.GetTimestamp();
        var words = cause is UtteranceSpoken { Utterance.Clock: var c } ? c
            : new RecognitionClock(cause.Captured, 0, 0, cause is InflectionMeasured { Inferred: var inferred } ? inferred : 0);
        foreach (var alert in _alerts.Select(AlertMask.Of))
        {
            _raised.Add(alert);
            EngineMetrics.Alerts.Add(1, new KeyValuePair<string, object?>("rule", alert.Rule));
            var kind = AlertKind.Of(alert);
            if (_early.Confirm(alert) is { Id: var id })
            {
                EngineMetrics.CountEarly("confirmed", alert.Rule);
                Publish(new AlertConfirmed(_call, ++_sequence, Seconds(alert.Decided), id, InfoOf(alert, id), ClockOf(kind, words, matched, measure: false)));
            }
            else
            {
                Publish(new AlertRaised(_call, ++_sequence, Seconds(alert.Decided), InfoOf(alert, ++_alertNumber), ClockOf(kind, words, matched, measure: true)));
            }
        }
        _alerts.Clear();
    }

    private void Withdraw(LegEvent cause)
    {
        foreach (var (id, alert) in _early.Judge(cause))
        {
            EngineMetrics.CountEarly("withdrawn", alert.Rule);
            Publish(new AlertWithdrawn(_call, ++_sequence, Seconds(cause.Decided), id, EarlyAlerts.ReasonOf(cause)));
        }
    }

    /// <param name="measure">It is the first that is told of the alert.</param>
    private StageClock? ClockOf(string kind, RecognitionClock stamps, long matched, bool measure)
    {
        if (stamps.Captured == 0) return null;
        double? Since(long stamp) => stamp == 0 ? null : Math.Round(_time.GetElapsedTime(stamps.Captured, stamp).TotalMilliseconds, 3);
        var now = _time.GetTimestamp();
        var clock = new StageClock
        {
            Captured = _time.GetUtcNow() - _time.GetElapsedTime(stamps.Captured, now),
            CapturedStamp = stamps.Captured,
            VoicedMs = Since(stamps.Voiced),
            QueuedMs = Since(stamps.Queued),
            InferredMs = Since(stamps.Inferred),
            MatchedMs = Since(matched)!.Value,
            DeliveredMs = Since(now),
        };
        if (measure) StageMetrics.Published(kind, clock);
        return clock;
    }

    private TranscriptFinal EventOf(Utterance u, int revision) =>
        new(_call, ++_sequence, Seconds(u.Decided), u.Party, u.Index, Seconds(u.Start), Seconds(u.End), u.Text, u.Language, Math.Round(u.Confidence, 3),
            [.. u.Words.Select(w => new WordInfo(w.Text, Seconds(w.Start), Seconds(w.End), Math.Round(w.Confidence, 3)))])
        {
            Leg = u.Leg,
            Revision = revision,
        };

    private TranscriptPartial EventOf(TranscriptDraft draft)
    {
        var u = draft.SoFar;
        return new(_call, ++_sequence, Seconds(u.Decided), u.Party, u.Index, Seconds(u.Start), Seconds(u.End), draft.Text) { Leg = u.Leg, Language = u.Language, Stable = draft.StableLength };
    }

    /// <summary>The alert as it is shown and stored.</summary>
    public static AlertInfo InfoOf(Alert a, int number) => InfoOf(a, $"{a.Rule}-{number}");

    private static AlertInfo InfoOf(Alert a, string id) =>
        new(id, a.Rule, a.Version, a.Name, a.Severity, a.Party, Seconds(a.Start), Seconds(a.End), a.Summary,
            [.. a.Evidence.Select(e => new EvidenceInfo(e.Kind, e.Party, Seconds(e.Start), Seconds(e.End), e.Text, e.Pattern, e.How, e.Value, e.Limit, e.Unit, e.Confidence))]);

    private void Publish(CallEvent e) => _publish(e);

    private void Publish(AlertStateChange change) =>
        Publish(new AlertStateChanged(_call, ++_sequence, Seconds(_last), change.AlertId, change.State, change.By));

    private static double Seconds(long position) => Math.Round(AudioTime.Seconds(position), 3);
}
