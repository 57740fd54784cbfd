using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SpeechQA.Bench.Load.Calls;
using SpeechQA.Bench.Truth;

namespace SpeechQA.Bench.Load.Measuring;

/// <summary>
/// Takes the events of the pages and knows the calls that are sent. The latency of a window of inflection and of a text is
/// known at once, that of phrases when all is over, because truth and alerts must be laid beside each other.
/// </summary>
internal sealed class LoadMeasures
{
    /// <summary>The rule of <see cref="Server.LoadRules"/> that fires at every window.</summary>
    public const string WindowRule = "load-window";

    private readonly ConcurrentDictionary<string, Heard> _calls = new(StringComparer.Ordinal);
    private readonly List<MeasureWindow> _windows = [];
    private int _raised, _confirmed, _withdrawn, _ended;

    /// <summary>Alerts of phrase rules; what became of them.</summary>
    public int Raised => _raised;

    /// <inheritdoc cref="Raised"/>
    public int Confirmed => _confirmed;

    /// <inheritdoc cref="Raised"/>
    public int Withdrawn => _withdrawn;

    /// <summary>Calls whose end a page has seen.</summary>
    public int Ended => _ended;

    public int Opened => _calls.Count;

    public IEnumerable<LoadCall> Calls => _calls.Values.Select(h => h.Call);

    public void Add(LoadCall call) => _calls[call.Id] = new Heard(call);

    /// <summary>Begins a stretch that is measured; the one before ends.</summary>
    public MeasureWindow Begin()
    {
        var now = Stopwatch.GetTimestamp();
        lock (_windows)
        {
            if (_windows.Count > 0) _windows[^1].To = Math.Min(_windows[^1].To, now);
            _windows.Add(new MeasureWindow(now));
            return _windows[^1];
        }
    }

    /// <summary>Takes an event.</summary>
    /// <param name="received">Stamp of its arrival at the page.</param>
    /// <param name="alerts">The page is the one that alerts are taken from.</param>
    public void Take(JsonElement e, long received, bool alerts)
    {
        if (!_calls.TryGetValue(e.GetProperty("call").GetString()!, out var heard)) return;
        switch (e.GetProperty("type").GetString())
        {
            case "alert.raised" when alerts:
                Raise(heard, e, received);
                break;
            case "alert.confirmed" when alerts:
                Interlocked.Increment(ref _confirmed);
                var final = e.GetProperty("alert");
                heard.Confirm(AlertIdOf(e), (final.GetProperty("start").GetDouble(), final.GetProperty("end").GetDouble()));
                break;
            case "alert.withdrawn" when alerts:
                Interlocked.Increment(ref _withdrawn);
                heard.Withdraw(AlertIdOf(e));
                break;
            case "call.ended" when alerts:
                Interlocked.Increment(ref _ended);
                break;
            // A later revision masks a secret: the text itself came with the first.
            case "transcript.final" when !e.TryGetProperty("revision", out var revision) || revision.GetInt32() == 0:
                Text(heard.Call, e, received, partial: false);
                break;
            case "transcript.partial":
                Text(heard.Call, e, received, partial: true);
                break;
        }
    }

    /// <summary>Lays phrases and alerts beside each other; once, when nothing more comes.</summary>
    public void Conclude()
    {
        foreach (var heard in _calls.Values)
        {
            foreach (var outcome in PhraseMatching.Match(PhrasesOf(heard.Call), heard.Alerts)) Count(heard.Call, outcome);
        }
    }

    private static List<TruthEvent> PhrasesOf(LoadCall call) =>
        [.. call.Sample.Phrases.Where(e => e.Start >= call.Offset).Select(e => e with
        {
            Start = e.Start - call.Offset,
            End = e.End - call.Offset,
            PhraseEnd = e.PhraseEnd - call.Offset,
        })];

    private void Count(LoadCall call, PhraseOutcome outcome)
    {
        if (call.Arrival(outcome.Event.Party, outcome.Event.PhraseEnd!.Value) is not { } said || WindowOf(said) is not { } window) return;
        var what = $"{outcome.Event.Type} in {call.Sample.Truth.Call.Id}";
        window.Said++;
        if (outcome.Found) window.Found++;
        else window.Miss(what);
        if (outcome.Alert is not { } alert) return;
        if (alert.Received < said) window.Early++;
        var late = Milliseconds(said, alert.Received);
        window.Add(window.Phrases, said, late, LoadLimits.PhraseP99);
        if (late > LoadLimits.PhraseP99) window.Late.Add(new LatePhrase(what, Math.Round(late, 1), alert.Stages));
    }

    private void Raise(Heard heard, JsonElement e, long received)
    {
        var alert = e.GetProperty("alert");
        var rule = alert.GetProperty("rule").GetString()!;
        var party = alert.GetProperty("party").GetString()!;
        var end = alert.GetProperty("end").GetDouble();
        if (rule == WindowRule)
        {
            if (heard.Call.Arrival(party, end) is { } last && WindowOf(last) is { } window)
                window.Add(window.Inflection, last, Milliseconds(last, received), LoadLimits.InflectionP99);
        }
        else if (LoadSample.PhraseRules.Contains(rule))
        {
            Interlocked.Increment(ref _raised);
            heard.Add(new HeardAlert(alert.GetProperty("id").GetString()!, rule, party, alert.GetProperty("start").GetDouble(), end,
                received)
            { Stages = StagesOf(e) });
        }
    }

    private void Text(LoadCall call, JsonElement e, long received, bool partial)
    {
        if (call.Arrival(e.GetProperty("party").GetString()!, e.GetProperty("end").GetDouble()) is not { } last
            || WindowOf(last) is not { } window) return;
        if (partial) window.Partials.Add(Milliseconds(last, received));
        else window.Add(window.Transcripts, last, Milliseconds(last, received), LoadLimits.TranscriptP99);
    }

    /// <summary>Where an alert was how long after its last packet, ms: what a late one has waited for.</summary>
    private static string StagesOf(JsonElement e)
    {
        var early = e.TryGetProperty("early", out var flag) && flag.ValueKind == JsonValueKind.True;
        string At(string stage) => e.TryGetProperty("clock", out var clock) && clock.ValueKind == JsonValueKind.Object
            && clock.TryGetProperty(stage, out var ms) && ms.ValueKind == JsonValueKind.Number
            ? ms.GetDouble().ToString("F0", CultureInfo.InvariantCulture) : "-";
        return $"{(early ? "early" : "final")}: queued {At("queuedMs")}, inferred {At("inferredMs")}, published {At("publishedMs")} ms";
    }

    private MeasureWindow? WindowOf(long stamp)
    {
        lock (_windows) return _windows.Find(w => w.Holds(stamp));
    }

    private static double Milliseconds(long from, long to) => (to - from) * 1000.0 / Stopwatch.Frequency;

    private static string? AlertIdOf(JsonElement e) =>
        e.TryGetProperty("alertId", out var id) ? id.GetString()
        : e.TryGetProperty("alert", out var alert) && alert.ValueKind == JsonValueKind.Object && alert.TryGetProperty("id", out var own)
            ? own.GetString()
        : null;

    private sealed class Heard(LoadCall call)
    {
        private readonly List<HeardAlert> _alerts = [];

        public LoadCall Call => call;

        public IReadOnlyList<HeardAlert> Alerts
        {
            get
            {
                lock (_alerts) return [.. _alerts];
            }
        }

        public void Add(HeardAlert alert)
        {
            lock (_alerts) _alerts.Add(alert);
        }

        public void Confirm(string? id, (double Start, double End) evidence)
        {
            lock (_alerts)
                if (_alerts.Find(a => a.Id == id) is { } alert) alert.Evidence = evidence;
        }

        public void Withdraw(string? id)
        {
            lock (_alerts)
                if (_alerts.Find(a => a.Id == id) is { } alert) alert.Withdrawn = true;
        }
    }
}
