using System.Globalization;
using Spectre.Console;
using SpeechQA.Engine;
using SpeechQA.Engine.Calls.Timeline;
using SpeechQA.Engine.Conversation;
using SpeechQA.Host.Output;

namespace SpeechQA.Host.Demo;

/// <summary>Prints the alerts of all calls as they come, one line each, and what it came to at the end.</summary>
internal sealed class AlertPrinter(SpeechEngine engine, IAnsiConsole console)
{
    private readonly List<AlertRaised> _alerts = [];
    private readonly Dictionary<(string Call, string Id), AlertRaised> _early = [];
    private int _raisedEarly, _withdrawn;
    private double _audioSeconds;

    /// <summary>Prints until cancelled, and then what is left.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var items = new List<FeedItem>();
        var at = 0L;
        while (true)
        {
            items.Clear();
            if (!engine.Feed.TryRead(at, items)) at = engine.Feed.Last;
            foreach (var (sequence, e) in items)
            {
                at = sequence;
                Take(e);
            }
            if (items.Count > 0) continue;
            if (cancellation.IsCancellationRequested) return;
            await engine.Feed.WaitAsync(at, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void PrintSummary(int calls, TimeSpan took)
    {
        var published = _alerts.Where(a => a.Clock?.PublishedMs is not null).Select(a => a.Clock!.PublishedMs!.Value).Order().ToList();
        console.WriteLine();
        console.WriteLine(Text($"{calls} calls, {_audioSeconds:F0} s of conversation in {took.TotalSeconds:F0} s: {_alerts.Count} alerts, ")
            + string.Join(", ", Enum.GetValues<Severity>().Reverse()
                .Select(s => Text($"{_alerts.Count(a => a.Alert.Severity == s)} {SeverityName.Of(s)}"))));
        if (_raisedEarly > 0)
            console.WriteLine(Text($"{_raisedEarly} were raised before their final text, of which {_withdrawn} withdrawn ")
                + Text($"({_withdrawn / (double)_raisedEarly:P1}) and not counted above"));
        if (published.Count > 0)
            console.WriteLine(Text($"captured to published: median {published[published.Count / 2]:F0} ms, worst {published[^1]:F0} ms"));
    }

    private void Take(CallEvent e)
    {
        if (e is CallEnded) _audioSeconds += e.Time;
        if (e is AlertConfirmed confirmed) Resolve(e.Call, confirmed.AlertId, "confirmed by the final text", confirmed.Alert.Summary);
        if (e is AlertWithdrawn withdrawn && Resolve(e.Call, withdrawn.AlertId, $"withdrawn: {withdrawn.Reason}") is { } taken)
        {
            _alerts.Remove(taken);
            _withdrawn++;
        }
        if (e is not AlertRaised raised) return;
        _alerts.Add(raised);
        if (raised.Early)
        {
            _early[(e.Call, raised.Alert.Id)] = raised;
            _raisedEarly++;
        }
        var alert = raised.Alert;
        var (sign, style) = alert.Severity switch
        {
            Severity.Critical => ("!!", "bold red"),
            Severity.Warning => ("! ", "yellow"),
            _ => ("i ", "blue"),
        };
        var who = engine.Calls.Find(e.Call)?.Description;
        var took = raised.Clock?.PublishedMs is { } ms ? Text($"{ms:F0} ms") : "";
        console.MarkupLine(Text($"[{style}]{sign} {SeverityName.Of(alert.Severity),-8}[/] {TimeSpan.FromSeconds(raised.Time):mm\\:ss}  ")
            + $"[{style}]{Markup.Escape(alert.Rule),-20}[/] {Markup.Escape($"{PartyOf(e.Call, alert),-8}  {alert.Summary}")}"
            + $"  [dim]{Markup.Escape($"{who?.Agent} / {who?.Queue}  {took}{(raised.Early ? "  early" : "")}")}[/]");
    }

    /// <param name="summary">What the final text made of it; null: what was said of it before.</param>
    private AlertRaised? Resolve(string call, string id, string how, string? summary = null)
    {
        if (!_early.Remove((call, id), out var raised)) return null;
        console.MarkupLine(Text($"[dim]            {TimeSpan.FromSeconds(raised.Time):mm\\:ss}  ")
            + Markup.Escape($"{raised.Alert.Rule,-20} {PartyOf(call, raised.Alert),-8}  {summary ?? raised.Alert.Summary}  {how}") + "[/]");
        return raised;
    }

    private string PartyOf(string call, AlertInfo alert) =>
        alert.Leg is { } leg && engine.Calls.Find(call) is { } known ? new LegNames(known.Description.Parties)[leg] : "call";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
