using System.Threading.Channels;
using SpeechQA.Engine.Calls.Early;
using SpeechQA.Engine.Calls.Load;
using SpeechQA.Engine.Calls.Metrics;
using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;
using SpeechQA.Engine.Facts;
using SpeechQA.Engine.Rules;
using SpeechQA.Engine.TextModels;

namespace SpeechQA.Engine.Calls.Timeline;

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
/// what it would have raised, and is told as a confirmation where that was raised before. How a party speaks is heard ahead
/// of its words, and judged again with them when its place among them has come.
/// </summary>
internal sealed class CallTimeline
{
    private readonly Channel<object> _input = Channel.CreateUnbounded<object>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly ICallRules _rules;
    private readonly MergedOrder _merged;
    private readonly CallEventWriter _events;
    private readonly TimelineAlerts _told;
    private readonly TimeProvider _time;
    private readonly List<Alert> _alerts = [];
    private readonly TranscriptSecrecy _secrecy;
    private readonly TextModel? _text;
    private readonly FactCollector _facts;
    private readonly List<SecretFinding> _secrets = [];
    private readonly Queue<InflectionMeasured>[] _voices;
    private readonly List<AlertStateChange> _late = [];
    private readonly LineWarnings _warnings;

    /// <param name="parts">What it works with; of this call alone.</param>
    /// <param name="publisher">Takes every event, in order, on the timeline's loop.</param>
    public CallTimeline(int legs, TimelineParts parts, CallPublisher publisher, TimeProvider time)
    {
        (_rules, _secrecy, _text, _facts, _time) = (parts.Rules, parts.Secrecy, parts.Text, parts.Facts, time);
        _merged = new MergedOrder(legs);
        _events = new CallEventWriter(publisher);
        _told = new TimelineAlerts(legs, _events, time);
        _warnings = new LineWarnings(legs);
        _voices = [.. Enumerable.Range(0, legs).Select(_ => new Queue<InflectionMeasured>())];
    }

    private sealed record DraftShown(TranscriptDraft Draft, DraftJudgement? Judgement);

    private sealed record VoicePlace(int Leg);

    private sealed record LineReport(int Leg, Party Party, LineFacts Line);

    /// <summary>Everything said and raised; complete when <see cref="RunAsync"/> has returned.</summary>
    public IEnumerable<Utterance> Utterances => _secrecy.Shown;

    /// <inheritdoc cref="Utterances"/>
    public IReadOnlyList<Alert> Alerts => _told.Raised;

    /// <summary>What the call was like; null before <see cref="RunAsync"/> has returned, and after a fault in it.</summary>
    public CallFacts? Facts { get; private set; }

    /// <summary>Sound that yielded nothing; complete when <see cref="RunAsync"/> has returned.</summary>
    public IReadOnlyList<SoundWarning> Warnings => _warnings.All;

    /// <summary>The next event of a leg, in the leg's order. What comes when the loop has ended is let go, here and below.</summary>
    public void Post(LegEvent e) => _input.Writer.TryWrite(e);

    /// <summary>How a party spoke, perhaps ahead of its words: they may still be being recognised.</summary>
    public void Hear(InflectionMeasured measured) => _input.Writer.TryWrite(measured);

    /// <summary>The leg's events have come to where the oldest window that was heard and has no place yet belongs.</summary>
    public void PlaceVoice(int leg) => _input.Writer.TryWrite(new VoicePlace(leg));

    /// <summary>Words of an utterance under way, in the leg's order.</summary>
    /// <param name="judgement">Receives what the rules make of them; null: nobody asks.</param>
    public void Show(TranscriptDraft draft, DraftJudgement? judgement = null) => _input.Writer.TryWrite(new DraftShown(draft, judgement));

    /// <summary>What the line of a leg is like.</summary>
    public void ReportLine(int leg, Party party, LineFacts line) => _input.Writer.TryWrite(new LineReport(leg, party, line));

    /// <summary>What was found of the sound of a line.</summary>
    public void Note(LineNote note) => _input.Writer.TryWrite(note);

    /// <summary>False when the loop takes nothing any more: then <see cref="ChangeStateAfterEnd"/>, once it has ended.</summary>
    public bool TryChangeState(AlertStateChange change) => _input.Writer.TryWrite(change);

    /// <summary>A person may handle an alert when its call is long over.</summary>
    /// <remarks>Only after <see cref="RunAsync"/> has returned.</remarks>
    public void ChangeStateAfterEnd(AlertStateChange change)
    {
        lock (_input) _events.StateChanged(change);
    }

    /// <summary>No more events will come.</summary>
    public void Complete() => _input.Writer.TryComplete();

    /// <summary>The first event, so that a call is known to all subscribers when whoever opened it gets its id.</summary>
    public void Begin(CallDescription description) => _events.Start(description);

    /// <summary>
    /// Runs until <see cref="Complete"/>, and publishes the end of the call; after a fault that is left to <see cref="EndByFault"/>.
    /// </summary>
    public async Task RunAsync(Func<string> reason, CallLoad load)
    {
        try
        {
            await foreach (var item in _input.Reader.ReadAllAsync().ConfigureAwait(false)) Apply(item);
            Facts = _facts.Finish() with { Warnings = _warnings.All };
            _events.Scored(Facts, load.Shed);
            _events.End(reason());
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Tells that the call has ended by a fault, if nothing has told its end; never throws.</summary>
    /// <remarks>Only after <see cref="RunAsync"/> has returned.</remarks>
    public void EndByFault()
    {
        try
        {
            if (!_events.HasEnded) TellTheRest();
        }
        catch (Exception)
        {
            // The fault that ends the call has been told; without these events it ends all the same.
        }
        _events.EndByFault();
    }

    private void TellTheRest()
    {
        foreach (var change in _late) _events.StateChanged(change);
        for (var leg = 0; leg < _merged.Legs; leg++) _told.Withdraw(new LegEnded(leg, Party.Unknown, _events.Position));
    }

    /// <summary>Takes nothing more, so that nothing piles up here; what a person did is kept.</summary>
    private void Close()
    {
        _input.Writer.TryComplete();
        while (_input.Reader.TryRead(out var left))
            if (left is AlertStateChange change) _late.Add(change);
    }

    private void Apply(object item)
    {
        switch (item)
        {
            case InflectionMeasured measured:
                ApplyVoice(measured);
                break;
            case LegEvent e:
                ApplyEvent(e);
                break;
            case VoicePlace(var leg):
                if (_voices[leg].TryDequeue(out var heard)) ApplyEvent(heard);
                break;
            case DraftShown(var draft, var judgement):
                ApplyDraft(draft, judgement);
                break;
            case AlertStateChange change:
                _events.StateChanged(change);
                break;
            case LineReport(var leg, var party, var line):
                _events.Line(leg, party, line);
                break;
            case LineNote note:
                Warn(_warnings.Take(note));
                break;
        }
    }

    private void ApplyEvent(LegEvent e)
    {
        _events.Pass(e.Decided);
        if (e is UtteranceSpoken spoken) e = ReadFinal(spoken);
        Warn(_warnings.Take(e));
        _rules.OnLeg(e, _alerts);
        Raise(e);
        _told.Withdraw(e);
        _merged.Add(e);
        while (_merged.TryTake(out var next)) ApplyMerged(next);
    }

    /// <summary>Shows a final at once, and reads what it means.</summary>
    private UtteranceSpoken ReadFinal(UtteranceSpoken spoken)
    {
        _events.Final(_secrecy.Show(spoken.Utterance), 0);
        if (spoken.Utterance.Clock.Captured is not 0 and var captured)
        {
            var lag = _time.GetElapsedTime(captured).TotalSeconds;
            StageMetrics.TranscriptLag.Record(lag, new KeyValuePair<string, object?>("event", "final"));
        }
        return _text is null ? spoken : spoken with { Meaning = UtteranceMeaning.Read(_text, spoken.Utterance) };
    }

    /// <summary>All legs have passed the event.</summary>
    private void ApplyMerged(LegEvent e)
    {
        foreach (var (utterance, revision) in _secrecy.Settle(e, _secrets)) _events.Final(utterance, revision);
        JudgeMerged(e);
        _facts.Apply(e);
        foreach (var secret in _secrets) JudgeMerged(new SecretSpoken(secret, e.Decided) { Captured = e.Captured });
        _secrets.Clear();
    }

    private void JudgeMerged(LegEvent e)
    {
        _rules.OnMerged(e, _alerts);
        Raise(e);
    }

    private void ApplyVoice(InflectionMeasured measured)
    {
        _events.Voice(measured);
        _rules.OnVoice(measured, _alerts);
        Raise(measured);
        _voices[measured.Leg].Enqueue(measured);
    }

    private void ApplyDraft(TranscriptDraft draft, DraftJudgement? judgement)
    {
        if (!draft.IsShown) _events.Partial(_secrecy.Show(draft));
        var waits = _rules.OnDraft(draft.Heard, draft.Paused, _told.EarlyOf(draft.Leg), _alerts);
        _told.RaiseEarly(_alerts, draft);
        _alerts.Clear();
        judgement?.Answer(waits);
    }

    private void Warn(LineNote? note)
    {
        if (note is null) return;
        if (!note.Over) EngineMetrics.LineWarnings.Add(1, new KeyValuePair<string, object?>("kind", note.Warning.Kind));
        _events.Warning(note);
    }

    private void Raise(LegEvent cause)
    {
        if (_alerts.Count == 0) return;
        _told.Raise(_alerts, cause);
        _alerts.Clear();
    }
}
