using SpeechQA.Engine.Conversation;
using SpeechQA.Engine.Core;

namespace SpeechQA.Host.Live;

/// <summary>What the <see cref="LiveBoard"/> knows of a call, by applying its events in order.</summary>
internal sealed class CallEntry(string id, CallDescription description)
{
    private readonly Dictionary<int, string> _lines = [];
    private readonly Dictionary<string, AlertSummary> _alerts = [];
    private readonly List<SoundWarning> _warnings = [];
    private long _last;

    public bool Ended { get; private set; }
    public IReadOnlyCollection<AlertSummary> Alerts => _alerts.Values;
    public bool NeedsSomeone => _alerts.Values.Any(IsOpen);

    /// <summary>Audio time of the newest event, seconds.</summary>
    public double Time { get; private set; }

    /// <summary>An event that was applied before changes nothing.</summary>
    public void Apply(CallEvent e)
    {
        if (e.Sequence <= _last) return;
        _last = e.Sequence;
        Time = Math.Max(Time, e.Time);
        switch (e)
        {
            case LineQuality quality:
                _lines[quality.Leg] = quality.Line.Rating;
                break;
            case LineWarning warning:
                _warnings.RemoveAll(w => w.Leg == warning.Leg && w.Kind == warning.Kind && w.Cause == warning.Cause);
                if (!warning.Over) _warnings.Add(warning.Warning);
                break;
            case AlertRaised raised:
                _alerts[raised.Alert.Id] = new AlertSummary(id, description.Agent, description.Queue, AlertState.Open,
                    RaisedAt(raised), raised.Alert, raised.Clock, Withdrawn: false)
                { Pending = raised.Early };
                break;
            case AlertConfirmed confirmed when _alerts.TryGetValue(confirmed.AlertId, out var alert):
                _alerts[confirmed.AlertId] = alert with { Alert = confirmed.Alert, Pending = false };
                break;
            case AlertWithdrawn withdrawn when _alerts.TryGetValue(withdrawn.AlertId, out var alert):
                _alerts[withdrawn.AlertId] = alert with { Withdrawn = true, Pending = false, Reason = withdrawn.Reason };
                break;
            case AlertStateChanged changed when _alerts.TryGetValue(changed.AlertId, out var alert):
                _alerts[changed.AlertId] = alert with { State = changed.State, By = changed.By };
                break;
            case CallEnded:
                Ended = true;
                break;
        }
    }

    /// <param name="audioSeconds">How far the call's audio has come.</param>
    public CallSummary Summary(double audioSeconds) =>
        new(id, description.ExternalId, description.Agent, description.Queue, description.Language,
        description.Parties, description.Started, Math.Round(Math.Max(Time, audioSeconds), 3), Ended ? "ended" : "live", WorstLine(),
        Open(Severity.Critical), Open(Severity.Warning))
        {
            Inflection = description.Inflection,
            Warnings = [.. _warnings],
        };

    private int Open(Severity severity) => _alerts.Values.Count(a => IsOpen(a) && a.Alert.Severity == severity);

    private static bool IsOpen(AlertSummary a) => a is { State: AlertState.Open, Withdrawn: false };

    private string? WorstLine() => new[] { "poor", "fair", "good" }.FirstOrDefault(_lines.ContainsValue);

    private DateTimeOffset RaisedAt(AlertRaised raised) => raised.Clock is { } clock
        ? clock.Captured.AddMilliseconds(clock.PublishedMs ?? clock.MatchedMs)
        : description.Started.AddSeconds(raised.Time);
}
