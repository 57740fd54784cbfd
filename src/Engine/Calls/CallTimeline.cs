using System.Threading.Channels;
using SpeechQA.Engine.Alerts;
using SpeechQA.Engine.Audio;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.Speech.Recognition;

namespace SpeechQA.Engine.Calls;

/// <summary>What a person did about an alert.</summary>
internal sealed record AlertStateChange(string AlertId, AlertState State, string? By);

/// <summary>
/// What happened in a call, in order. One loop is the single writer:
/// <list type="number">
/// <item>take the next event of a leg (or words for display, or the line's quality);</item>
/// <item>give it to the rules that look at one leg;</item>
/// <item>give what every leg has passed, in the merged order, to the rules across legs;</item>
/// <item>number what came of it and hand it to the call's log and the feed.</item>
/// </list>
/// </summary>
internal sealed class CallTimeline
{
    private readonly Channel<object> _input = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly string _call;
    private readonly ICallRules _rules;
    private readonly MergedOrder _merged;
    private readonly Action<CallEvent> _publish;
    private readonly TimeProvider _time;
    private readonly List<Alert> _alerts = [];
    private readonly List<Utterance> _utterances = [];
    private readonly List<Alert> _raised = [];
    private long _sequence;
    private long _last;

    /// <param name="publish">Takes every numbered event, in order, on the timeline's loop.</param>
    public CallTimeline(string call, int legs, ICallRules rules, Action<CallEvent> publish, TimeProvider time)
    {
        (_call, _rules, _publish, _time) = (call, rules, publish, time);
        _merged = new MergedOrder(legs);
    }

    /// <summary>Everything said and raised; complete when <see cref="RunAsync"/> has returned.</summary>
    public IReadOnlyList<Utterance> Utterances => _utterances;

    /// <inheritdoc cref="Utterances"/>
    public IReadOnlyList<Alert> Alerts => _raised;

    public ValueTask PostAsync(LegEvent e) => _input.Writer.WriteAsync(e);

    public void ShowPartial(TranscriptDraft draft) => _input.Writer.TryWrite(draft);

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

    public async Task RunAsync(Func<string> reason)
    {
        await foreach (var item in _input.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            switch (item)
            {
                case LegEvent e:
                    Take(e);
                    break;
                case TranscriptDraft d:
                    Publish(new TranscriptPartial(_call, ++_sequence, Seconds(d.End), d.Party, d.Utterance, Seconds(d.Start), Seconds(d.End), d.Text));
                    break;
                case AlertStateChange change:
                    Publish(change);
                    break;
                case (Party party, LineFacts line):
                    Publish(new LineQuality(_call, ++_sequence, Seconds(_last), party, line));
                    break;
            }
        }
        Publish(new CallEnded(_call, ++_sequence, Seconds(_last), reason()));
    }

    private void Take(LegEvent e)
    {
        _last = Math.Max(_last, e.Decided);
        if (e is UtteranceSpoken { Utterance: var said })
        {
            _utterances.Add(said);
            Publish(EventOf(said));
            if (said.Clock.Captured != 0)
                StageMetrics.TranscriptLag.Record(_time.GetElapsedTime(said.Clock.Captured).TotalSeconds, new KeyValuePair<string, object?>("event", "final"));
        }
        if (e is InflectionMeasured measured)
            Publish(new InflectionHeard(_call, ++_sequence, Seconds(measured.End), measured.Party, InflectionPoint.Of(measured)));
        _rules.OnLeg(e, _alerts);
        Raise(e);
        _merged.Add(e);
        while (_merged.TryTake(out var next))
        {
            _rules.OnMerged(next, _alerts);
            Raise(next);
        }
    }

    private void Raise(LegEvent cause)
    {
        if (_alerts.Count == 0) return;
        var matched = _time.GetTimestamp();
        foreach (var alert in _alerts)
        {
            _raised.Add(alert);
            EngineMetrics.Alerts.Add(1, new KeyValuePair<string, object?>("rule", alert.Rule));
            Publish(new AlertRaised(_call, ++_sequence, Seconds(alert.Decided), InfoOf(alert, _raised.Count), ClockOf(AlertKind.Of(alert), cause, matched)));
        }
        _alerts.Clear();
    }

    private StageClock? ClockOf(string kind, LegEvent cause, long matched)
    {
        var stamps = cause is UtteranceSpoken { Utterance.Clock: var words } ? words
            : new RecognitionClock(cause.Captured, 0, 0, cause is InflectionMeasured { Inferred: var inferred } ? inferred : 0);
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
        StageMetrics.Published(kind, clock);
        return clock;
    }

    private TranscriptFinal EventOf(Utterance u) =>
        new(_call, ++_sequence, Seconds(u.Decided), u.Party, u.Index, Seconds(u.Start), Seconds(u.End), u.Text, u.Language, Math.Round(u.Confidence, 3),
            [.. u.Words.Select(w => new WordInfo(w.Text, Seconds(w.Start), Seconds(w.End), Math.Round(w.Confidence, 3)))]);

    /// <summary>The alert as it is shown and stored.</summary>
    public static AlertInfo InfoOf(Alert a, int number) =>
        new($"{a.Rule}-{number}", a.Rule, a.Version, a.Name, a.Severity, a.Party, Seconds(a.Start), Seconds(a.End), a.Summary,
            [.. a.Evidence.Select(e => new EvidenceInfo(e.Kind, e.Party, Seconds(e.Start), Seconds(e.End), e.Text, e.Pattern, e.How, e.Value, e.Limit, e.Unit, e.Confidence))]);

    private void Publish(CallEvent e) => _publish(e);

    private void Publish(AlertStateChange change) =>
        Publish(new AlertStateChanged(_call, ++_sequence, Seconds(_last), change.AlertId, change.State, change.By));

    private static double Seconds(long position) => Math.Round(AudioTime.Seconds(position), 3);
}
